import hashlib

from odoo import fields, models, tools

# Codes of NetSuite for parts of a country that Odoo has as a whole: Canary Islands, Ceuta/Melilla.
PARTS_OF_COUNTRIES = {"IC": "ES", "EA": "ES"}
ADDRESS_FIELDS = ("name", "street", "street2", "city", "zip", "country_id", "state_id", "phone")


class NetSuitePartner(models.Model):
    """A NetSuite customer, or one of its delivery addresses, and the contact it is in Odoo.

    The customer's own row has an empty ``address_key``; an address is known by its contents, so
    the same address never makes a second contact.
    """

    _name = "netsuite.partner"
    _description = "NetSuite Customer"
    _inherit = "netsuite.binding"
    _order = "name"

    address_key = fields.Char(required=True, default="", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index="btree_not_null"
    )

    _unique_address = models.UniqueIndex(
        "(backend_id, internal_id, address_key)", "This address exists already."
    )

    def _delivery_partners(self, backend, destinations):
        """The delivery contact of each destination, by the key it came under.

        Customers and addresses that are not known yet are made, all at once.

        :param destinations: pairs of document and address by any key
        """
        customers = self._customers(backend, destinations.values())
        wanted = {}
        for key, (transaction, address) in destinations.items():
            vals = self._prepare_address(backend, transaction, address)
            customer_id = self._customer_id(transaction)
            wanted[key] = (customer_id, self._address_key(vals), vals)
        known = self._known(backend, {customer_id for customer_id, _key, _vals in wanted.values()})
        missing = {
            (customer_id, address_key): vals
            for customer_id, address_key, vals in wanted.values()
            if (customer_id, address_key) not in known
        }
        for (customer_id, _address_key), vals in missing.items():
            parent = customers[customer_id]
            vals.update(parent_id=parent.id, type="delivery", company_id=parent.company_id.id)
        known.update(self._make(backend, missing))
        return {
            key: known[customer_id, address_key]
            for key, (customer_id, address_key, _vals) in wanted.items()
        }

    def _customers(self, backend, destinations):
        known = self._known(backend, {self._customer_id(one) for one, _address in destinations})
        missing = {}
        for transaction, address in destinations:
            key = (self._customer_id(transaction), "")
            if key not in known and key not in missing:
                missing[key] = self._prepare_customer(backend, transaction, address)
        known.update(self._make(backend, missing))
        return {customer_id: partner for (customer_id, key), partner in known.items() if not key}

    def _customer_id(self, transaction):
        # A document without customer keeps its addresses to itself.
        if transaction.entity:
            return transaction.entity.id
        return f"{transaction.type}-{transaction.internal_id}"

    def _known(self, backend, customer_ids):
        """Contacts by (customer id, address key) that documents of this company can have; backends
        of one account share them."""
        # sudo: the other backends may be another company's
        backends = backend.sudo()._same_account()
        rows = (
            self.with_context(active_test=False)
            .sudo()  # sudo: and so may their contacts
            .search([("backend_id", "in", backends.ids), ("internal_id", "in", list(customer_ids))])
        )
        rows = rows.sorted(lambda row: row.backend_id == backend)  # its own ones last: they win
        usable = (self.env["res.company"], self.env.company)
        return {
            (row.internal_id, row.address_key): row.partner_id.with_env(self.env)
            for row in rows
            if row.partner_id.active and row.partner_id.company_id in usable
        }

    def _make(self, backend, missing):
        """Create contacts and their bindings: ``{(customer id, address key): contact values}``."""
        if not missing:
            return {}
        partners = (
            self.env["res.partner"]
            .with_context(tracking_disable=True, no_vat_validation=True)
            .create(list(missing.values()))
        )
        archived = self.with_context(active_test=False).search(
            [
                ("backend_id", "=", backend.id),
                ("internal_id", "in", [customer_id for customer_id, _key in missing]),
            ]
        )
        archived = {(row.internal_id, row.address_key): row for row in archived}
        fresh = []
        for key, partner in zip(missing, partners, strict=True):
            if key in archived:
                archived[key].partner_id = partner
            else:
                fresh.append(
                    {
                        "backend_id": backend.id,
                        "internal_id": key[0],
                        "address_key": key[1],
                        "name": partner.name,
                        "partner_id": partner.id,
                    }
                )
        self.create(fresh)
        return dict(zip(missing, partners, strict=True))

    # -- values ------------------------------------------------------------------------------

    def _prepare_customer(self, backend, transaction, address):
        """Values of the customer's contact, from what the document itself says."""
        name = transaction.entity and transaction.entity.name
        return {
            "name": name or address.addressee or address.attention or transaction.tran_id,
            "email": transaction.email or False,
            "company_id": False,  # as Odoo's own contacts: several companies may ship to them
            "is_company": True,
        }

    def _prepare_address(self, backend, transaction, address):
        """Values of the delivery contact.

        The person (attention) gives the name where there is one; an addressee other than the
        customer follows it, so that no label loses it. A hand-typed address has only its text,
        which then stands in the street [facts 5.2].
        """
        customer = transaction.entity.name if transaction.entity else ""
        names = [address.attention, address.addressee]
        if address.attention and address.addressee == customer:
            names.pop()
        street, street2 = self._street(address)
        typed = _typed(address)
        country_id = self._country_id(address.country)
        state_id = self._state_id(country_id, address.state)
        city = [address.city] if address.city else []
        if address.state and not state_id and address.state != address.city:
            city.append(address.state)  # Odoo does not know it: the label must not lose it
        return {
            "name": ", ".join(filter(None, names)) or customer or transaction.tran_id,
            "street": street,
            "street2": street2,
            "city": (not typed and ", ".join(city)) or False,
            "zip": (not typed and address.zip) or False,
            "country_id": country_id,
            "state_id": not typed and state_id,
            "phone": address.phone or False,
            "email": transaction.email or False,
        }

    def _street(self, address):
        lines = _street_lines(address)
        return (lines[0] if lines else False), (", ".join(lines[1:]) or False)

    def _is_incomplete(self, address):
        """Does an address say too little to send anything there: nothing but a country, say?"""
        if address is None:
            return True
        lines = _street_lines(address)
        if _fields_of(address) and not _typed(address):
            return False
        # Of a mere text: two lines, or a number of a house or a postcode.
        return not (len(lines) > 1 or any(char.isdigit() for line in lines for char in line))

    @tools.ormcache("code")
    def _country_id(self, code):
        code = PARTS_OF_COUNTRIES.get(code, code)
        if not code:
            return False
        return self.env["res.country"].search([("code", "=", code)], limit=1).id

    @tools.ormcache("country_id", "name")
    def _state_id(self, country_id, name):
        if not country_id or not name:
            return False
        states = self.env["res.country.state"]
        same = ["|", ("code", "=ilike", name), ("name", "=ilike", name)]
        return states.search([("country_id", "=", country_id), *same], limit=1).id

    def _address_key(self, vals):
        parts = [str(vals.get(name) or "").strip().lower() for name in ADDRESS_FIELDS]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _typed(address):
    """Was the address typed by hand? Its single fields may then be of an older one [facts 5.2]."""
    return bool(address.override and address.text.strip())


def _fields_of(address):
    return [line for line in (address.addr1, address.addr2, address.addr3) if line]


def _street_lines(address):
    """Lines between the name and the town; of an address that is only a text, all but the name."""
    lines = _fields_of(address)
    if lines and not _typed(address):
        return lines
    text = [line.strip() for line in address.text.splitlines() if line.strip()]
    return [line for line in text if line not in (address.addressee, address.attention)]
