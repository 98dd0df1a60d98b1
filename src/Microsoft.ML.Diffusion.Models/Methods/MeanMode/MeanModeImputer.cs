using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MeanMode;

/// <summary>The simplest baseline: the mean of a number, the most frequent category, whatever the rest of the row says.</summary>
/// <remarks>A draw comes from the normal distribution with the column's mean and deviation, cut off where no value was observed, or from the category
/// frequencies, column by column.</remarks>
internal sealed class MeanModeImputer(IReadOnlyList<TableColumn> columns, ColumnSummary[] summaries) : TableImputer(columns)
{
    /// <inheritdoc/>
    public override ImputationMethod Method => MeanModeImputation.Instance;

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        for (int i = 0; i < row.Length; i++)
            completed[i] = double.IsNaN(row[i]) ? summaries[i].BestGuess : row[i];
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        Philox random = new Philox(seed, rowId).Fork((ulong)draw);
        for (int i = 0; i < row.Length; i++)
            completed[i] = double.IsNaN(row[i]) ? DrawOne(summaries[i], random, (ulong)i) : row[i];
    }

    /// <inheritdoc/>
    public override void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        RefuseUncertainty(uncertainties, coverage);
        for (int i = 0; i < row.Length; i++)
        {
            bool isCertain = !double.IsNaN(row[i]) || summaries[i].IsConstant;
            double value = double.IsNaN(row[i]) ? summaries[i].BestGuess : row[i];
            uncertainties[i] = !isCertain ? CellUncertainty.Unknown
                : Columns[i].Kind == ColumnKind.Numeric ? CellUncertainty.OfNumber(value, value, 0) : CellUncertainty.OfCategory(1);
        }
        Impute(row, completed);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        for (int i = 0; i < Columns.Count; i++)
        {
            Columns[i].Save(writer);
            summaries[i].Save(writer);
        }
    }

    private static double DrawOne(ColumnSummary summary, Philox random, ulong column)
    {
        if (summary.Frequencies is not { } frequencies)
            return Math.Clamp(summary.BestGuess + summary.Deviation * random.Normal(column), summary.Minimum, summary.Maximum);
        if (double.IsNaN(summary.BestGuess))
            return double.NaN;
        double left = random.Uniform(column);
        int category = 0;
        while (category < frequencies.Length - 1 && (left -= frequencies[category]) >= 0)
            category++;
        return category;
    }
}
