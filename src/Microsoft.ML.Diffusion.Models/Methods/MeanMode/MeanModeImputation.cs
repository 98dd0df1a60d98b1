using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Persistence;
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
        ITableRows table, ImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        new MeanModeImputer(table.Columns, [.. Enumerable.Range(0, table.Columns.Count).Select(column => ColumnSummary.Of(table, column))]);

    internal override TableImputer Load(BinaryReader reader)
    {
        (TableColumn Column, ColumnSummary Summary)[] columns = reader.ReadItems(2 * sizeof(double), "columns", static reader =>
        {
            var column = TableColumn.Load(reader);
            return (column, ColumnSummary.Load(reader, column));
        });
        return new MeanModeImputer([.. columns.Select(pair => pair.Column)], [.. columns.Select(pair => pair.Summary)]);
    }
}
