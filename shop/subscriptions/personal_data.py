from shop.customer.personal_data import leaves_out

leaves_out("who of the staff let another program subscribe", "subscriptions.Subscription")
