using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
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
    // As many digits as a Single holds: more would be a promise.
    private const string IntervalFormat = "G7";

    private static readonly string[] s_suffixes = ["Lower", "Upper", "StandardDeviation"];

    // A category has no interval.
    private readonly int[] _numbers = [.. Enumerable.Range(0, variables.Length).Where(v => variables[v] is not CategoryModelColumn)];

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
            if (!tellsIntervals)
            {
                filled += edits.Length;
                writer.Write(output => block.Write(output, edits));
            }
            else
            {
                bool hasHeader = first == 0 && file.Beginning.HasHeader;
                filled += edits.Length;
                writer.Write(output => WriteWider(block, rows, first, edits, hasHeader, output));
            }

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

    private void WriteWider(CsvDocument block, FilledRows rows, int first, CellEdit[] edits, bool hasHeader, Stream output)
    {
        int last = block.ColumnCount - 1;
        List<CellEdit> wider = [];
        int next = 0;
        for (int row = 0; row < block.RowCount; row++)
        {
            var filled = new HashSet<int>();
            ReadOnlyMemory<byte> end = block.Raw(row, last).ToArray();
            for (; next < edits.Length && edits[next].Row == row; next++)
            {
                filled.Add(edits[next].Column);
                if (edits[next].Column == last)
                    end = edits[next].Raw;
                else
                    wider.Add(edits[next]);
            }

            wider.Add(new CellEdit(row, last, (byte[])[.. end.Span, .. Intervals(block, rows, first + row, filled)]));
        }

        using var text = new MemoryStream();
        block.Write(text, wider);
        ReadOnlySpan<byte> all = text.GetBuffer().AsSpan(0, (int)text.Length);
        if (hasHeader)
        {
            // The names go before the end of the header's line.
            using var head = new MemoryStream();
            block.WithoutRows().Write(head, []);
            ReadOnlySpan<byte> header = all[..(int)head.Length].TrimEnd("\r\n"u8);
            output.Write(header);
            output.Write(Names(block));
            all = all[header.Length..];
        }

        output.Write(all);
    }

    private byte[] Names(CsvDocument block)
    {
        var names = new List<byte>();
        foreach (int v in _numbers)
        {
            foreach (string suffix in s_suffixes)
                names.AddRange((byte[])[(byte)block.Separator, .. CsvCell.Encode($"{variables[v].Name}.{suffix}", block.Separator)]);
        }

        return [.. names];
    }

    private byte[] Intervals(CsvDocument block, FilledRows rows, int row, HashSet<int> filled)
    {
        var cells = new StringBuilder();
        foreach (int v in _numbers)
        {
            bool isFilled = filled.Contains(variables[v].Index);
            CellUncertainty cell = isFilled ? rows.Uncertainties(row)[v] : CellUncertainty.Unknown;
            foreach (double number in (double[])[cell.Lower, cell.Upper, cell.StandardDeviation])
            {
                string text = double.IsNaN(number) ? string.Empty : number.ToString(IntervalFormat, CultureInfo.InvariantCulture);
                cells.Append(block.Separator).Append(UsesComma(block, variables[v]) ? text.Replace('.', ',') : text);
            }
        }

        return Encoding.UTF8.GetBytes(cells.ToString());
    }

    // As the column itself: in a file with commas between cells there is none inside.
    private static bool UsesComma(CsvDocument block, ModelColumn variable) => block.Separator != ',' && variable switch
    {
        NumberModelColumn plain => plain.Own.DecimalComma,
        CodedModelColumn { Own.Entry: { Role: ColumnRole.Number or ColumnRole.Amount, Format: { } format } } =>
            NumberFormat.FromPattern(format).DecimalSign == ',',
        _ => false,
    };
}
