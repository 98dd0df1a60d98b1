using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>Writes a file with the missing cells of its series filled; every other byte stays. With intervals each row has three more cells
/// a variable at its end, empty where nothing was filled.</summary>
/// <param name="variables">The columns that are filled, in the order of the model.</param>
/// <param name="tellsIntervals">Whether there are intervals.</param>
internal sealed class SeriesWriter(ModelColumn[] variables, bool tellsIntervals)
{
    // A category has no interval.
    private readonly IntervalColumns? _intervals = tellsIntervals ? new IntervalColumns(variables, tellsCategories: false) : null;

    private readonly int[] _inOrder = [.. Enumerable.Range(0, variables.Length).OrderBy(v => variables[v].Index)];

    /// <summary>Writes it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">Its rows, filled.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>How many cells were filled.</returns>
    public long Write(CsvBlocks file, FilledRows rows, CsvWriter writer)
    {
        long filled = 0;
        int first = 0;
        foreach (CsvDocument block in file.Read())
        {
            CellEdit[] edits = [.. Edits(block, rows, first)];
            filled += edits.Length;
            int before = first;
            if (_intervals is null)
                writer.Write(output => block.Write(output, edits));
            else
                writer.Write(output => Write(_intervals, block, rows, before, edits, output));
            first += block.RowCount;
        }

        return filled;
    }

    private IEnumerable<CellEdit> Edits(CsvDocument block, FilledRows rows, int first)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            foreach (int v in _inOrder)
            {
                double value = rows.Cells(first + row)[v];
                if (double.IsNaN(value) || !variables[v].IsMissing(block, row, out _))
                    continue;
                byte[] cell = CsvCell.Replace(block.Raw(row, variables[v].Index), variables[v].Spell(block, value));
                yield return new CellEdit(row, variables[v].Index, cell);
            }
        }
    }

    private void Write(IntervalColumns intervals, CsvDocument block, FilledRows rows, int first, CellEdit[] edits, Stream output)
    {
        var filled = edits.Select(edit => (edit.Row, edit.Column)).ToHashSet();
        intervals.Write(
            block, first == 0, edits,
            (row, v) => filled.Contains((row, variables[v].Index)) ? rows.Uncertainties(first + row)[v] : null, output);
    }
}
