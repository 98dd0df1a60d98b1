using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Reads the series of a view to learn from.</summary>
internal static class SeriesTables
{
    // Each is a number of its own to the methods; rarer ones are read as missing.
    private const int MostCategories = 100;

    /// <summary>Reads them.</summary>
    /// <param name="view">The view, which is read once.</param>
    /// <param name="sources">Its columns.</param>
    /// <param name="direction">As for <see cref="StepRows.SeriesOf"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="InvalidDataException">A row cannot be part of a series, or a number is infinite.</exception>
    public static SeriesTable Read(IDataView view, SeriesSources sources, SeriesDirection direction, CancellationToken cancel)
    {
        List<Data.Series> items = [];
        if (sources.Form == SeriesForm.StepPerRow)
        {
            var rows = new StepRows(view, sources, refusesInfinities: true, cancel);
            for (int group = 0; group < rows.GroupCount; group++)
                items.Add(rows.SeriesOf(group, direction));
        }
        else
        {
            using DataViewRowCursor cursor = view.GetRowCursor(sources.All);
            var reader = new SeriesInRowReader(sources, cursor) { RefusesInfinities = true };
            while (cursor.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                items.Add(reader.Read(cursor.Position).Series);
            }
        }
        KeepCategories(sources, items);
        return new SeriesTable(sources.Variables.Length, items)
        {
            Statics = sources.StaticCount, Words = SharedWords.Share(sources, items),
        };
    }

    private static void KeepCategories(SeriesSources sources, List<Data.Series> items)
    {
        int width = sources.Variables.Length;
        for (int v = 0; v < width; v++)
        {
            if (sources.Categories[v]?.KeepMostFrequent(MostCategories) is not { } codes)
                continue;
            foreach (double[] cells in items.Select(series => series.Cells))
            {
                for (int i = v; i < cells.Length; i += width)
                    cells[i] = double.IsNaN(cells[i]) ? double.NaN : codes[(int)cells[i]];
            }
        }
    }
}
