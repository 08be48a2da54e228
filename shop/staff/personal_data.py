from shop.customer.personal_data import leaves_out

leaves_out(
    "how the shop's own people sign in and what they decide; shoppers never stand in it",
    "audit.AuditEntry",
    "staff.Invitation",
    "staff.StaffSession",
    "staff.TwoFactorDemand",
)
leaves_out("a key, not data: it dies with the account", "mfa.Authenticator")
