import gradio as gr
from rag.web.assets import asset
from rag.web.cards import blank_panel
from rag.web.shield import shield
def sources_panel(find):
    return gr.HTML(shield(blank_panel()),html_template=asset("sources.html"),css_template=asset("sources.css"),js_on_load=asset("sources.js"),apply_default_css=False)
