import gradio as gr, rag
EMPTY={"outlets":[],"authors":[],"since":"","until":"","articles":[],"undated":True}
def read_scope(v): return v or EMPTY
def filter_of(s): return rag.Filter()
def searched(s): return ""
def narrow_panel(n): return gr.State(EMPTY)
