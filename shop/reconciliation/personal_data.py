from shop.customer.personal_data import leaves_out

leaves_out(
    "who of the staff had the rules looked over or a row put right; it names rows, and no shopper",
    "reconciliation.ReconcileRun",
    "reconciliation.Repair",
)
