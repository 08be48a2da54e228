import pytest

pytestmark = pytest.mark.django_db

NUL = chr(0)


@pytest.mark.parametrize(
    "address", ["/p/%00/", "/orders/%00/", "/search/?q=a%00b", "/api/products/%00/"]
)
def test_an_address_with_a_nul_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/api/products/%00/", "/api/products/?page=1&q=a%00b"])
def test_the_api_says_so_in_its_own_words(client, address):
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"] == {}


def test_a_form_with_a_nul_is_refused(client):
    assert (
        client.post("/basket/add/", "sku=a%00b", "application/x-www-form-urlencoded").status_code
        == 400
    )


def test_a_cookie_with_a_nul_is_refused(client):
    client.cookies["magpie_location"] = f"gra{NUL}ca"
    assert client.get("/basket/").status_code == 400


def test_a_zero_is_no_nul(client):
    assert client.get("/search/?q=1000%20g").status_code == 200
