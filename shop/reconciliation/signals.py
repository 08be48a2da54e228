from django.dispatch import Signal

# Sent with `run`, in the transaction that wrote it, when rows were found that break a rule.
drift_found = Signal()

# Sent with `run`, in the transaction that wrote it, when somebody wants the rules looked over.
look_asked = Signal()
