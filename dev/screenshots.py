"""`make screenshots`: pictures of the main screens in static/description, from a real browser.

The demonstration is told as ever; then some things go wrong on purpose, so that there is something
to see.
"""

import io
import json
import shutil
import time
import urllib.request
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from . import access, browser, databases, locks, paths, postgres, services
from .demo import LOGIN, PASSWORD, SIMULATOR
from .report import Stop, say, step
from .rpc import Session
from .story import BACKEND, Story

PICTURES = paths.ROOT / "static" / "description"
SIZE = {"width": 1280, "height": 800}
MARGIN = 24
MOST_BYTES = 200_000
INSTRUCTIONS = "Side door, ring twice.\nForklift on site until 3 pm."
# Days ago that some documents came, so that the graph has a shape
DAYS = (12, 11, 11, 8, 7, 7, 7, 6, 5, 5, 4, 1, 1)
SECOND = "7654321_SB2"
NOWHERE = {"country": ""}
NEW = ("SO7001", "SO7002", "SO7003")


def make(purpose):
    chromium = next(filter(None, map(shutil.which, browser.NAMES)), None)
    if not chromium:
        raise Stop("There is no Chromium here, and without a browser there are no pictures.")
    with postgres.server():
        name = databases.name_of(purpose)
        with locks.exclusive(f"database-{purpose}", f"Another make uses {name}: waiting."):
            with locks.set_up():
                databases.ensure(name, databases.ensure_template(), afresh=True)
            simulator = services.start_simulator(SIMULATOR)
            odoo = services.start_odoo(name, workers=0)
            scene = Scene(Session(odoo.url, name, LOGIN, PASSWORD), simulator, odoo, name)
            scene.set()
            with sync_playwright() as playwright:
                started = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--hide-scrollbars"]
                )
                Camera(started.new_page(viewport=SIZE), odoo.url).take_all(scene)
                started.close()
    return 0


class Scene:
    """What is to be seen."""

    def __init__(self, session, simulator, odoo, database):
        self._database = database
        self.odoo = session
        self.simulator = simulator
        self.story = Story(session, simulator, odoo)

    def set(self):
        self.odoo.call("res.company", "write", [1], {"name": "Harbour Outfitters"})
        self.story.connect(access.Access("soap", "tba"))
        self.backend = self.story.backend
        self.odoo.call(BACKEND, "write", [self.backend], {"name": "Harbour Outfitters"})
        imported = self.story.import_orders()
        shipments = self.story.ship(imported)
        self._spread_over_days(imported)
        used = {shipment.picking for shipment in shipments}
        with step("Scene: a shipment that fails, orders that are held"):
            self._fail(next(one for one in self._ready() if one not in used))
            self._order("SO6998", address=NOWHERE)
            self._order("SO6999")
            self._import(("SO6998", "SO6999"))
            self.delivery = self._ship_with_instructions("SO6999")
            self._learn_numbers()
            self._postpone_import()
            self._order(NEW[0])
            self._order(NEW[1], address=NOWHERE)
            self._order(NEW[2], approved=False)

    def begin_set_up(self):
        """A second account, whose set-up is left in the middle."""
        second = {"name": "Second shop", "account_id": SECOND, "setup_step": "account"}
        self.odoo.call(BACKEND, "action_setup_next", [self.odoo.create(BACKEND, second)])

    def document(self, number):
        found = self.odoo.read("netsuite.transaction", [("tran_id", "=", number)], ["id"])
        return found[0]["id"]

    # -- NetSuite's side -------------------------------------------------------------------------

    def _control(self, name, body):
        request = urllib.request.Request(  # noqa: S310 (our own address)
            f"{self.simulator.url}/_control/{name}", json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (as above)
            return json.load(answer)

    def _order(self, number, **more):
        custom = {
            "custbody_delivery_instructions": INSTRUCTIONS,
            "custbody_signature_required": True,
        }
        lines = [["MUG-BLU", 2], ["KETTLE-15", 1]]
        order = {"lines": lines, "tran_id": number, "custom": custom, **more}
        self._control("edit", {"edit": "add_order", **order})

    # -- Odoo's side -----------------------------------------------------------------------------

    def _ready(self):
        found = self.odoo.read(
            "stock.picking",
            [("netsuite_transaction_id", "!=", False), ("state", "=", "assigned")],
            ["id"],
            order="id",
        )
        return [one["id"] for one in found]

    def _ship(self, picking, number):
        moves = self.story.warehouse.moves(picking)
        quantities = {move["id"]: move["product_uom_qty"] for move in moves}
        self.story.warehouse.ship(picking, quantities, [number])

    def _fail(self, picking):
        self._control("settings", {"closed_through": "2999-12-31"})
        self._ship(picking, "1Z999AA10123456784")
        row = [("picking_id", "=", picking), ("state", "=", "failed")]
        self._wait(lambda: self.odoo.read("netsuite.fulfillment", row, ["id"]))
        self._control("settings", {"closed_through": None})

    def _import(self, numbers):
        wizard = self.odoo.create(
            "netsuite.import",
            {"backend_id": self.backend, "choice": "numbers", "numbers": " ".join(numbers)},
        )
        self.odoo.call("netsuite.import", "action_import", [wizard])
        built = [("tran_id", "in", numbers), ("state", "!=", "staged")]
        self._wait(
            lambda: len(self.odoo.read("netsuite.transaction", built, ["id"])) == len(numbers)
        )

    def _ship_with_instructions(self, number):
        document = [("id", "=", self.document(number))]
        [picking] = self.odoo.read("netsuite.transaction", document, ["picking_ids"])[0][
            "picking_ids"
        ]
        self._ship(picking, "1Z999AA10123456791")
        row = [("picking_id", "=", picking), ("state", "=", "done")]
        self._wait(lambda: self.odoo.read("netsuite.fulfillment", row, ["id"]))
        return picking

    def _learn_numbers(self):
        """Of the fulfilments that NetSuite has made, as an import does."""
        action = self.odoo.xml_id("connector_netsuite.ir_cron_import")
        self.odoo.call("ir.cron", "method_direct_trigger", [action])
        due = [("number", "=", False), ("state", "=", "done")]
        self._wait(lambda: not self.odoo.read("netsuite.fulfillment", due, ["id"]))

    def _postpone_import(self):
        """So that it does not take what the preview is to show."""
        later = {"nextcall": as_odoo(datetime.now(UTC) + timedelta(minutes=5))}
        for name in ("ir_cron_import", "ir_cron_reconcile"):
            action = self.odoo.xml_id(f"connector_netsuite.{name}")
            self.odoo.call("ir.cron", "write", [action], later)

    def _spread_over_days(self, imported):
        """In the database itself: over RPC, only the connector writes what its rows say."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with (
            postgres.closing_connection(dbname=self._database) as connection,
            connection.cursor() as cr,
        ):
            for days, one in zip(DAYS, imported, strict=False):
                cr.execute(
                    "UPDATE netsuite_transaction SET imported_date = %s WHERE id = %s",
                    (now - timedelta(days=days), one["id"]),
                )

    def _wait(self, done, patience=120):
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                raise Stop("The scene is not set in time: see the logs in .dev/log.")
            time.sleep(0.5)


class Camera:
    """A browser that shows a screen, waits until it is whole and keeps a picture of it."""

    def __init__(self, page, url):
        self.page = page
        self.url = url

    def take_all(self, scene):
        self._log_in()
        self._open(f"netsuite-backends/{scene.backend}", ".o_form_view")
        self._keep("backend")
        self._press("button[name=action_doctor]")
        self._see(".modal .o_kanban_record >> nth=8")
        self._keep("doctor")
        self._preview()
        self._explain()
        self._open(f"netsuite-documents/{scene.document('SO6998')}", ".alert-warning")
        self._keep("document")
        self._open(f"stock.picking/{scene.delivery}", ".o_form_view .alert-info")
        self._press("a.nav-link[name=netsuite]")
        self._see(".o_data_row:has-text('Reported'):visible")
        self._keep("delivery")
        self._open("netsuite-write-backs", ".o_list_view .o_data_row")
        self._keep("write-backs")
        self._open("netsuite-problems", ".o_list_view .o_data_row")
        self._keep("failure-desk")
        scene.begin_set_up()
        self._open("netsuite", ".o_netsuite_overview canvas")
        self._keep("overview")
        self._press(f".o_kanban_record:has-text('{SECOND}') button[name=action_set_up]")
        self._see("h2:has-text('To do in NetSuite'):visible")
        self._keep("set-up")

    def _preview(self):
        self._open("netsuite", "button[name=action_import_wizard]")
        self._press("button[name=action_import_wizard]")
        self._press(".modal .o_radio_item:has-text('By number') input")
        self.page.fill(".modal [name=numbers] textarea", " ".join(NEW))
        self._press(".modal button[name=action_preview]:visible")
        self._see(f".modal .o_data_row:has-text('{NEW[-1]}')")
        self._keep("preview")

    def _explain(self):
        self._open("netsuite", ".o_netsuite_overview")
        self._press(".o_menu_sections button:has-text('Documents')")
        self._press(".o-dropdown-item:has-text('Explain an Order')")
        self.page.fill(".modal [name=number] input", NEW[-1])
        self._press(".modal button[name=action_explain]")
        self._see(".modal .o_kanban_record >> nth=0")
        self._keep("explain")

    def _log_in(self):
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name=login]", LOGIN)
        self.page.fill("input[name=password]", PASSWORD)
        self._press("button[type=submit]")
        self._see(".o_main_navbar")

    def _open(self, place, whole):
        self.page.goto(f"{self.url}/odoo/{place}")
        self._see(whole)

    def _see(self, selector):
        self.page.wait_for_selector(selector, timeout=60_000)

    def _press(self, selector):
        self.page.locator(selector).first.click(timeout=60_000)

    def _keep(self, name):
        self.page.mouse.move(0, SIZE["height"] - 1)
        self.page.wait_for_timeout(1500)  # for what fades in
        path = PICTURES / f"{name}.png"
        path.write_bytes(small(self.page.screenshot()))
        say(f"  {path.relative_to(paths.ROOT)}: {path.stat().st_size // 1000} kB")


def as_odoo(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def small(picture):
    """The picture without the empty space at its bottom, in as few colours as keep it small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    bottom = (ImageChops.difference(image, empty).getbbox() or (0, 0, 0, image.height))[3]
    image = image.crop((0, 0, image.width, min(image.height, bottom + MARGIN)))
    for colours in (256, 128, 64, 32):
        output = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
        if output.tell() < MOST_BYTES:
            break
    return output.getvalue()
