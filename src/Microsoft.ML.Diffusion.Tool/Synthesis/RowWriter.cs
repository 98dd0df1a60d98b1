using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Synthesis;

/// <summary>Writes rows that were made the way a file writes its own; a key is made anew, and any other column that was not learnt from
/// stays empty.</summary>
/// <param name="table">The file.</param>
/// <param name="formats">How the model's columns write numbers, by name.</param>
/// <param name="seed">Seed of fresh keys.</param>
/// <param name="conditions">What the user asked for; a single value is written as the column writes it.</param>
/// <param name="makesKeys">Whether columns of keys get new ones, none of which the file has; else they stay empty.</param>
/// <param name="keepsMissing">Whether cells of keys are missing as often as in the file; else there is one in every row.</param>
internal sealed class RowWriter(
    BlockTable table, IReadOnlyDictionary<string, CellFormat> formats, int seed, WhereClauses? conditions = null,
    bool makesKeys = true, bool keepsMissing = true)
{
    private readonly CsvDocument _file = table.File.Beginning;
    private RowRange _range;

    private const int RowsPerReport = 1024;

    // What is random in whether a key is missing.
    private const ulong MissingStream = 0x4D697373;

    // In a file of one column readers pass over blank lines.
    private byte[] EmptyCell => _file.ColumnCount == 1 ? "\"\""u8.ToArray() : [];

    /// <summary>Writes all rows of a view.</summary>
    public void Write(Stream output, IDataView rows, Display display, CancellationToken cancel) =>
        Write(output, rows, RowRange.Of(rows.GetRowCount() ?? 0, 0, 1), display, cancel);

    /// <summary>Writes all rows of a view that has a part of the rows.</summary>
    public void Write(
        Stream output, IDataView rows, RowRange range, Display display, CancellationToken cancel) => display.Run("Making rows", progress =>
    {
        var clock = Stopwatch.StartNew();
        _range = range;
        double count = range.Count;
        using var buffered = new MemoryStream();
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        Action<Stream>[] cells = [.. table.Columns.Select(column => Cell(column, cursor))];
        byte separator = (byte)_file.Separator;
        byte[] lineEnd = _file.LineEnd.ToArray();
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            for (int i = 0; i < cells.Length; i++)
            {
                if (i > 0)
                    buffered.WriteByte(separator);
                cells[i](buffered);
            }

            buffered.Write(lineEnd);
            if (cursor.Position % RowsPerReport != RowsPerReport - 1)
                continue;
            Flush();
            progress.Report(StageProgress.Linear((cursor.Position + 1) / count, clock.Elapsed));
        }

        Flush();
        return true;

        void Flush()
        {
            buffered.WriteTo(output);
            buffered.SetLength(0);
        }
    });

    /// <summary>New keys in the pattern of the column: none twice, and none that the file has.</summary>
    private Action<Stream> FreshKeys(ColumnFinding column, DataViewRow row)
    {
        var observed = new KeyFilter(table.RowCount);
        double missing = 0;
        foreach (CsvDocument block in table.File.Read())
        {
            for (int i = 0; i < block.RowCount; i++)
            {
                observed.Add(block.Text(i, column.Index));
                missing += column.IsEmpty(block, i) ? 1 : 0;
            }
        }

        var keys = new KeyMaker(column.Profile!.Key!, (uint)seed, Math.Max(1, _range.Total), observed);
        // Of its row alone, so that parts of the rows are those of the whole.
        Philox chance = new Philox((uint)seed, MissingStream).Fork((ulong)column.Index);
        double share = keepsMissing ? missing / Math.Max(1, table.RowCount) : 0;
        byte[] empty = EmptyCell;
        return output =>
        {
            long place = _range.First + row.Position;
            output.Write(chance.Uniform((ulong)place) < share ? empty : CsvCell.Encode(keys.Make(place), _file.Separator));
        };
    }

    private Action<Stream> Cell(ColumnFinding column, DataViewRow row)
    {
        byte[] empty = EmptyCell;
        if (row.Schema.GetColumnOrNull(column.Name) is not { } source)
            return !makesKeys || column.Profile?.Key is null ? output => output.Write(empty) : FreshKeys(column, row);
        if (conditions?.CategoryOf(column.Name) is { } text)
        {
            byte[] given = table.SpellingsOf(column).Spell(text, _file);
            return output => output.Write(given);
        }

        if (column.Use == ColumnUse.Numeric)
        {
            CellFormat format = formats.GetValueOrDefault(column.Name)?.In(column.Format!, _file.Separator) ?? column.Format!;
            format = format.WithoutRange();
            format = conditions?.Narrow(column.Name, format) ?? format;
            if (conditions?.NumberOf(column.Name) is { } fixedNumber)
            {
                byte[] given = (format with { Minimum = fixedNumber, Maximum = fixedNumber }).Cell(fixedNumber, _file.Separator);
                return output => output.Write(given);
            }

            ValueGetter<double> getNumber = row.GetGetter<double>(source);
            double number = 0;
            return output =>
            {
                getNumber(ref number);
                output.Write(double.IsNaN(number) ? empty : format.Cell(number, _file.Separator));
            };
        }

        CategorySpellings spellings = table.SpellingsOf(column);
        ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(source);
        ReadOnlyMemory<char> category = default;
        return output =>
        {
            getText(ref category);
            output.Write(category.IsEmpty ? empty : spellings.Spell(category.ToString(), _file));
        };
    }
}
