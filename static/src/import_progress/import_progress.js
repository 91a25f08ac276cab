import { Component, useEffect, useState, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const EVERY = 3000; // milliseconds after an answer

/** Loads the import's numbers anew while it goes on and somebody looks. */
export class ImportProgress extends Component {
    static template = xml`<span/>`;
    static props = standardWidgetProps;

    setup() {
        this.turn = useState({ count: 0 });
        useEffect(
            (goesOn) => {
                if (goesOn) {
                    const timer = setTimeout(() => this.look(), EVERY);
                    return () => clearTimeout(timer);
                }
            },
            () => [this.props.record.data.goes_on, this.turn.count]
        );
    }

    async look() {
        if (!document.hidden) {
            await this.props.record.load();
        }
        this.turn.count++;
    }
}

registry.category("view_widgets").add("netsuite_import_progress", {
    component: ImportProgress,
    fieldDependencies: [{ name: "goes_on", type: "boolean" }],
});
