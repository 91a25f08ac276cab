import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (trigger, content = "") => ({ content, trigger });
const click = (trigger, content = "") => ({ content, trigger, run: "click" });
const type = (name, value) => ({
    trigger: `.o_field_widget[name=${name}] input`,
    run: `edit ${value}`,
});

const NEXT = ".o_form_statusbar button[name=action_setup_next]:visible";
const heading = (text) => see(`.o_form_sheet h2:visible:contains(${text})`);

// From an empty overview to the card that shows what was imported. The keys are the simulator's.
tours.add("netsuite_setup", {
    steps: () => [
        see(".o_nocontent_help:contains(Connect your NetSuite account)"),
        click(".o-kanban-button-new"),
        heading("Which NetSuite account?"),
        type("account_id", "1234567-sb1"),
        click(NEXT),
        heading("To do in NetSuite"),
        see(".ribbon:contains(Sandbox)", "A sandbox is shown as one"),
        click(".o_data_row:contains(Switch the features on) .o_field_boolean_toggle input"),
        click(NEXT),
        heading("The keys that NetSuite has shown"),
        click(NEXT),
        click(
            ".modal:contains(Still missing: Consumer Key) .modal-footer .btn-primary",
            "It does not go on without the keys"
        ),
        type("consumer_key", "c1d5a94e8b7f2036".repeat(4)),
        type("consumer_secret", "5e2f90b3c7a8146d".repeat(4)),
        type("token_id", "7a6b1c8d9e0f2345".repeat(4)),
        type("token_secret", "90f1e2d3c4b5a687".repeat(4)),
        click(".o_menu_sections .o_nav_entry:contains(Overview)", "Leave in the middle"),
        click(".o_kanban_record:contains(1234567_SB1) button[name=action_set_up]", "Come back"),
        heading("The keys that NetSuite has shown"),
        click(NEXT),
        heading("What does Odoo ship?"),
        click(NEXT),
        heading("Where and how is it shipped?"),
        click(NEXT),
        heading("Does NetSuite answer?"),
        click(".o_form_statusbar button[name=action_setup_check]:visible"),
        see(".modal .o_kanban_record:contains(SOAP Web Services):contains(accepts the login)"),
        see(".modal .o_kanban_record:contains(Transactions > Fulfill Orders) .text-success"),
        click(".modal .modal-footer button:contains(Close)"),
        see(".alert-success:visible:contains(Odoo is connected)"),
        click(NEXT),
        heading("The first import"),
        click(".o_form_statusbar button[name=action_import_wizard]:visible"),
        click(".modal button[name=action_preview]:visible"),
        see(".modal .o_data_row:contains(SO7001):contains(New Delivery)"),
        click(".modal button[name=action_import]:visible"),
        see(".modal div[name=running]:visible"),
        click(".modal .modal-footer button:contains(Close)"),
        see("body:not(:has(.modal))"),
        heading("The set-up is finished"),
        click(".o_form_statusbar button[name=action_setup_finish]:visible"),
        see(".o_netsuite_overview button[name=action_view_imported_today]:contains(1)"),
    ],
});

// One order by number: look first, then import, then see how it went.
tours.add("netsuite_import", {
    steps: () => [
        click(".o_netsuite_overview button[name=action_import_wizard]"),
        click(".modal .o_field_widget[name=choice] .o_radio_item:contains(By number) input"),
        {
            trigger: ".modal .o_field_widget[name=numbers] textarea",
            run: "edit SO7001 SO7002 SO7003",
        },
        click(".modal button[name=action_preview]:visible"),
        see(".modal .o_data_row:contains(SO7001):contains(New Delivery):contains(MUG-BLU)"),
        see(".modal .o_data_row:contains(SO7002):contains(Held):contains(no shipping address)"),
        see(".modal .o_data_row:contains(SO7003):contains(Pending Approval)"),
        see(".modal div[name=preview]:contains(Nothing has been written yet)"),
        click(".modal button[name=action_import]:visible"),
        see(".modal .o_field_widget[name=imported_count]:contains(1)"),
        see(".modal .o_field_widget[name=held_count]:contains(1)"),
        click(".modal button[name=action_view_documents]:visible"),
        see(".o_list_view .o_data_row:contains(SO7001):contains(Imported)"),
        click(".o_list_view .o_data_row:contains(SO7002) td[name=tran_id]"),
        see(".o_form_view .alert-warning:contains(no shipping address)"),
    ],
});

// The numbers follow the import, without a click.
tours.add("netsuite_import_progress", {
    steps: () => [
        click(".o_netsuite_overview button[name=action_import_wizard]"),
        click(".modal button[name=action_import]:visible"),
        see(".modal .o_field_widget[name=imported_count]:contains(0)"),
        see(".modal .text-muted:visible:contains(goes on in the background)"),
        see(".modal .o_field_widget[name=imported_count]:contains(1)"),
        see(".modal .text-success:visible:contains(has ended)"),
    ],
});

// A warehouse person ships, and sees that NetSuite knows.
tours.add("netsuite_ship", {
    steps: () => [
        see(".o_form_view .alert-info:contains(Ring the bell)"),
        see(".o_form_view .alert-info:contains(Signature required)"),
        click("a.nav-link:contains(Additional Info)"),
        type("carrier_tracking_ref", "1Z999AA10123456784"),
        click(".o_form_statusbar button[name=button_validate]:visible"),
        see(".o_form_statusbar .o_arrow_button_current:contains(Done)"),
        click("a.nav-link[name=netsuite]"),
        see(".o_data_row:contains(1Z999AA10123456784):contains(Reported)"),
    ],
});

// Something failed: the card is red, the desk says why, a retry settles it.
tours.add("netsuite_failure", {
    steps: () => [
        see(".o_netsuite_overview a[name=action_view_failed] .text-danger:contains(1)"),
        click(".o_menu_sections .o_nav_entry:contains(To Look At)"),
        see(".o_data_row:contains(SO7001):contains(accounting period)"),
        click(".o_data_row:contains(SO7001) button[name=action_retry]"),
        see(".o_nocontent_help:contains(All is well)"),
    ],
});

// Somebody fulfilled the order by hand, in two parts: the second one is this shipment.
tours.add("netsuite_adopt", {
    steps: () => [
        click("button[name=action_adopt]"),
        click(".modal .o_radio_item:contains(IF3002) input"),
        click(".modal button[name=action_adopt]"),
        see(".o_form_view .o_arrow_button_current:contains(Reported)"),
    ],
});

// Why is this order not here? The answer leads to the setting.
tours.add("netsuite_explain", {
    steps: () => [
        click(".o_menu_sections button:contains(Documents)"),
        click(".o-dropdown-item:contains(Explain an Order)"),
        type("number", "SO7003"),
        click(".modal button[name=action_explain]"),
        click(
            ".modal .o_kanban_record:contains(not among the chosen ones) button[name=action_open]"
        ),
        see(".o_form_view .o_field_widget[name=import_status_ids]"),
    ],
});
