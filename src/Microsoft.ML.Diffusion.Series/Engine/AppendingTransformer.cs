using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Series.Engine;

/// <summary>A trained transformer in whose place each row is the next step of its series. For one engine.</summary>
internal sealed class AppendingTransformer(DiffusionImputeSeriesTransformer transformer) : ITransformer
{
    /// <summary>The series so far, by name.</summary>
    public Dictionary<string, SeriesState> States { get; } = new(StringComparer.Ordinal);

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => transformer.GetOutputSchema(inputSchema);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => transformer.Mapper(inputSchema, Open);

    public IDataView Transform(IDataView input) => throw new NotSupportedException("Rows are appended one by one.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("An engine is not saved; save its model.");

    private CellsOfNextStep Open(DataViewRow row, SeriesMapper mapper, bool tellsUncertainty) =>
        new(row, mapper.Sources, transformer.Filler, tellsUncertainty, States);
}
