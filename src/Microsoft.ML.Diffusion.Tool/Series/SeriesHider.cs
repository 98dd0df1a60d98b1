using Microsoft.ML.Diffusion.Series.Amputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>Hides cells of a file of series on purpose; every other byte stays.</summary>
/// <param name="file">The file.</param>
/// <param name="choice">What its columns are.</param>
/// <param name="columns">How they are read.</param>
/// <param name="length">How long a stretch is; null to hide cells one by one.</param>
internal sealed class SeriesHider(CsvBlocks file, SeriesChoice choice, SeriesColumns columns, double? length)
{
    /// <summary>Hides cells.</summary>
    /// <param name="rate">The share of cells.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="writer">Where the file goes.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>How many are hidden.</returns>
    /// <exception cref="InputException">A row belongs to no series.</exception>
    public long Hide(double rate, ulong seed, CsvWriter writer, CancellationToken cancel)
    {
        var layout = new SeriesLayout(
            [.. choice.Variables.Select(name => new InputOutputColumnPair(name))], choice.Group, choice.Order, []);
        StepRows rows = SeriesModel.Guarded(
            file,
            "cannot be hidden in",
            () => new StepRows(choice.View, SeriesSources.Find(layout, choice.View.Schema), refusesInfinities: false, cancel));
        if (length is { } stretch)
            SeriesAmputation.HideBlocks(rows, rate, stretch, seed);
        else
            SeriesAmputation.HidePoints(rows, rate, seed);
        ModelColumn[] variables = [.. choice.Variables.Select(columns.ModelColumn)];
        int[] inOrder = [.. Enumerable.Range(0, variables.Length).OrderBy(v => variables[v].Index)];
        long hidden = 0;
        int first = 0;
        foreach (CsvDocument block in file.Read())
        {
            var edits = new List<CellEdit>();
            for (int row = 0; row < block.RowCount; row++)
            {
                foreach (int v in inOrder)
                {
                    // A cell that says in a word that it is missing stays.
                    bool isMissing = variables[v].IsMissing(block, row, out double value) || double.IsNaN(value);
                    if (!isMissing && double.IsNaN(rows[first + row][v]))
                        edits.Add(new CellEdit(row, variables[v].Index, default));
                }
            }

            writer.Write(output => block.Write(output, edits));
            hidden += edits.Count;
            first += block.RowCount;
        }

        return hidden;
    }
}
