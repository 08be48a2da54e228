from shop.customer.personal_data import leaves_out

leaves_out("what one of the staff planned for the shop", "campaigns.Campaign")
