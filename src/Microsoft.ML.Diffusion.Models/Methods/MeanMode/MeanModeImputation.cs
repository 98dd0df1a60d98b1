using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.MeanMode;

/// <summary>The registration of mean and mode.</summary>
internal sealed class MeanModeImputation : ImputationMethod
{
    public static MeanModeImputation Instance { get; } = new();

    public override string Name => "mean";

    public override string Title => "Mean and mode";

    public override string Reference => "the baseline of all comparisons";

    public override ImputerOptions NewOptions() => new MeanModeOptions();

    internal override TableImputer Learn(
        Table table, ImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        new MeanModeImputer(table.Columns, [.. Enumerable.Range(0, table.Columns.Count).Select(column => ColumnSummary.Of(table, column))]);

    internal override TableImputer Load(BinaryReader reader)
    {
        TableColumn[] columns = new TableColumn[reader.ReadInt32()];
        ColumnSummary[] summaries = new ColumnSummary[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = TableColumn.Load(reader);
            summaries[i] = ColumnSummary.Load(reader);
        }
        return new MeanModeImputer(columns, summaries);
    }
}
