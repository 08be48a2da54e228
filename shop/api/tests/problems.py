PROBLEM = "application/problem+json"


def refused(answer):
    """What a problem says: its status, its code, and the names of the fields that are wrong."""
    assert answer["content-type"] == PROBLEM, answer.content
    told = answer.json()
    assert told["status"] == answer.status_code
    assert ("errors" in told) == (answer.status_code == 400)
    return answer.status_code, told["code"], *sorted(told.get("errors", ()))
