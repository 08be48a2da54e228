from shop.customer.personal_data import leaves_out

leaves_out("what a program was answered, kept for a day", "idempotency.FirstAnswer")
