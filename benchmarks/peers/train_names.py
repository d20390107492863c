"""What lies where in the folder of the loaders' pictures, whatever the environment."""

RUN, RECORDS, RAW_RECORDS, TABLES, TARS, MOSAIC = (
    *("run", "records", "raw", "tables", "tars", "mosaic"),
)
