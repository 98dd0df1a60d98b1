using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MeanMode;

/// <summary>The baseline: the mean of a number, the most frequent category, whatever the rest of the row says.</summary>
/// <remarks>A draw comes from the normal distribution with the column's mean and deviation, or from the category
/// frequencies, column by column.</remarks>
public sealed class MeanModeImputer : TableImputer
{
    private readonly ColumnSummary[] _summaries;

    /// <summary>Fits the imputer on the observed cells of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    public MeanModeImputer(Table table)
        : base(table?.Columns ?? throw new ArgumentNullException(nameof(table)))
    {
        table.RefuseNoRows();
        table.RefuseInfinities();
        _summaries = [.. Enumerable.Range(0, table.Columns.Count).Select(column => ColumnSummary.Of(table, column))];
    }

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        for (int i = 0; i < row.Length; i++)
            completed[i] = double.IsNaN(row[i]) ? _summaries[i].BestGuess : row[i];
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        Philox random = new Philox(seed, rowId).Fork((ulong)draw);
        for (int i = 0; i < row.Length; i++)
            completed[i] = double.IsNaN(row[i]) ? DrawOne(_summaries[i], random, (ulong)i) : row[i];
    }

    private static double DrawOne(ColumnSummary summary, Philox random, ulong column)
    {
        if (summary.Frequencies is not { } frequencies)
            return summary.BestGuess + summary.Deviation * random.Normal(column);
        if (double.IsNaN(summary.BestGuess))
            return double.NaN;
        double left = random.Uniform(column);
        int category = 0;
        while (category < frequencies.Length - 1 && (left -= frequencies[category]) >= 0)
            category++;
        return category;
    }
}
