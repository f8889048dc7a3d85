"""Alembic's entry: the migrations run on the connection that database.py hands over."""

from alembic import context

from district.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
