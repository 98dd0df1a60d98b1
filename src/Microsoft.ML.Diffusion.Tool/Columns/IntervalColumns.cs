using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Writes blocks of a file with more cells at the end of each row, which tell how sure the filled-in ones are: for a column X of
/// numbers X.Lower, X.Upper and X.StandardDeviation, and for one of categories X.Probability. They are empty where nothing was
/// filled in.</summary>
internal sealed class IntervalColumns
{
    // As many digits as a Single holds: more would be a promise.
    private const string IntervalFormat = "G7";

    private static readonly string[] s_ofNumbers = ["Lower", "Upper", "StandardDeviation"], s_ofCategories = ["Probability"];

    private readonly ModelColumn[] _columns;
    private readonly int[] _told;

    /// <param name="columns">The columns that are filled, in the order of the model.</param>
    /// <param name="tellsCategories">Whether columns of categories have one, too.</param>
    public IntervalColumns(IEnumerable<ModelColumn> columns, bool tellsCategories)
    {
        _columns = [.. columns];
        _told = [.. Enumerable.Range(0, _columns.Length).Where(i => tellsCategories || _columns[i] is not CategoryModelColumn)];
    }

    /// <summary>The first of the new names that the file has already; null where it has none.</summary>
    public string? Taken(IEnumerable<string> names) => Names().Intersect(names, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Writes a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isFirst">Whether it is the first of the file, which names the columns.</param>
    /// <param name="edits">What changes in it, in the order of the file.</param>
    /// <param name="of">How sure a cell is, by its row and the place of its column among the columns; null where it was not filled
    /// in.</param>
    /// <param name="output">Takes the bytes.</param>
    public void Write(
        CsvDocument block, bool isFirst, IEnumerable<CellEdit> edits, Func<int, int, CellUncertainty?> of, Stream output)
    {
        int last = block.ColumnCount - 1;
        List<CellEdit> wider = [];
        using IEnumerator<CellEdit> next = edits.GetEnumerator();
        bool hasNext = next.MoveNext();
        for (int row = 0; row < block.RowCount; row++)
        {
            ReadOnlyMemory<byte> end = block.Raw(row, last).ToArray();
            for (; hasNext && next.Current.Row == row; hasNext = next.MoveNext())
            {
                if (next.Current.Column == last)
                    end = next.Current.Raw;
                else
                    wider.Add(next.Current);
            }

            wider.Add(new CellEdit(row, last, (byte[])[.. end.Span, .. Cells(block, row, of)]));
        }

        using var text = new MemoryStream();
        block.Write(text, wider);
        ReadOnlySpan<byte> all = text.GetBuffer().AsSpan(0, (int)text.Length);
        if (isFirst && block.HasHeader)
        {
            // The names go before the end of the header's line.
            using var head = new MemoryStream();
            block.WithoutRows().Write(head, []);
            ReadOnlySpan<byte> header = all[..(int)head.Length].TrimEnd("\r\n"u8);
            output.Write(header);
            foreach (string name in Names())
                output.Write((byte[])[(byte)block.Separator, .. CsvCell.Encode(name, block.Separator)]);
            all = all[header.Length..];
        }

        output.Write(all);
    }

    private IEnumerable<string> Names() => _told.SelectMany(i => Suffixes(_columns[i]).Select(suffix => $"{_columns[i].Name}.{suffix}"));

    private static string[] Suffixes(ModelColumn column) => column is CategoryModelColumn ? s_ofCategories : s_ofNumbers;

    private byte[] Cells(CsvDocument block, int row, Func<int, int, CellUncertainty?> of)
    {
        var cells = new StringBuilder();
        foreach (int i in _told)
        {
            ModelColumn column = _columns[i];
            CellUncertainty cell = of(row, i) ?? CellUncertainty.Unknown;
            if (column is CategoryModelColumn)
            {
                Add(Number(cell.Probability));
                continue;
            }

            Add(End(cell.Lower));
            Add(End(cell.Upper));
            Add(Number(cell.StandardDeviation));

            void Add(string text) => cells.Append(block.Separator).Append(text);

            string Number(double number) => double.IsNaN(number) ? string.Empty
                : UsesComma(block, column) ? number.ToString(IntervalFormat, CultureInfo.InvariantCulture).Replace('.', ',')
                : number.ToString(IntervalFormat, CultureInfo.InvariantCulture);

            // A date is written as the column writes dates.
            string End(double end) => double.IsNaN(end) || !IsTime(column) ? Number(end)
                : Encoding.UTF8.GetString(column.Spell(block, end));
        }

        return Encoding.UTF8.GetBytes(cells.ToString());
    }

    private static bool IsTime(ModelColumn column) => column is CodedModelColumn
    {
        Own.Entry.Role: ColumnRole.Date or ColumnRole.Timestamp or ColumnRole.Time or ColumnRole.Duration,
    };

    // As the column itself, or as the first column that has a decimal sign: in a file with commas between cells there is none inside.
    private bool UsesComma(CsvDocument block, ModelColumn column) =>
        block.Separator != ',' && (SignOf(column) ?? _columns.Select(SignOf).FirstOrDefault(sign => sign is not null)) == ',';

    /// <summary>The decimal sign of a column; null where its cells have none.</summary>
    private static char? SignOf(ModelColumn column) => column switch
    {
        NumberModelColumn { Own.MaxDecimals: > 0 } plain => plain.Own.DecimalComma ? ',' : '.',
        CodedModelColumn { Own.Entry: { Role: ColumnRole.Number or ColumnRole.Amount, Format: { } format } } =>
            NumberFormat.FromPattern(format).DecimalSign,
        _ => null,
    };
}
