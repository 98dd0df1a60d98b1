using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;

namespace Microsoft.ML.Diffusion.Tool.Synthesis;

/// <summary>What <c>--where</c> asks of every row: <c>COL=VALUE</c>, <c>COL=MIN..MAX</c> with either end left out for numbers,
/// <c>COL=</c> for a missing cell.</summary>
internal sealed class WhereClauses
{
    private static readonly string[] s_dates = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"];

    private readonly BlockTable _table;
    private readonly bool _isTraining;
    private readonly HashSet<string> _columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueRange> _ranges = new(StringComparer.Ordinal);

    /// <param name="table">The file whose columns are named.</param>
    /// <param name="clauses">The clauses as the user wrote them.</param>
    /// <param name="isTraining">Whether the model is trained on this file, so that it knows nothing else.</param>
    /// <exception cref="InputException">A clause names no column that is learnt from, or no value that it could have.</exception>
    public WhereClauses(BlockTable table, IEnumerable<string> clauses, bool isTraining)
    {
        _table = table;
        _isTraining = isTraining;
        foreach (string clause in clauses)
            Add(clause);
    }

    /// <summary>The conditions for the model.</summary>
    public RowConditions Conditions { get; } = new();

    /// <summary>The category that a column must have, as the user wrote it; null where that is not fixed.</summary>
    public string? CategoryOf(string column) => _values.GetValueOrDefault(column);

    /// <summary>The number or date that a column must have, on its scale; null where that is not fixed.</summary>
    public double? NumberOf(string column) => _numbers.TryGetValue(column, out double number) ? number : null;

    /// <summary>How a column writes numbers, within the range asked for.</summary>
    public CellFormat Narrow(string column, CellFormat format) => _ranges.TryGetValue(column, out ValueRange range)
        ? format with { Minimum = Math.Max(format.Minimum, range.Minimum), Maximum = Math.Min(format.Maximum, range.Maximum) }
        : format;

    private void Add(string clause)
    {
        (ColumnFinding column, string value) = Split(clause);
        if (!_columns.Add(column.Name))
            throw new InputException($"--where {clause}: column {column.Name} has a condition already, and one was expected.");
        if (value.Length == 0)
        {
            Conditions.WhereMissing(column.Name);
        }
        else if (column.Use == ColumnUse.Categorical)
        {
            IReadOnlyList<string> categories = _table.SpellingsOf(column).Categories;
            if (_isTraining && !categories.Contains(value, StringComparer.Ordinal))
                throw new InputException(
                    $"--where {clause}: no cell of column {column.Name} says '{value}'{NearNames.Ask(value, categories)}");
            _values[column.Name] = value;
            Conditions.Where(column.Name, value);
        }
        else if (TryNumber(column, value, out double number))
        {
            RefuseImpossible(clause, column, number);
            _numbers[column.Name] = number;
            Conditions.Where(column.Name, number);
        }
        else
        {
            string[] ends = value.Split("..");
            double maximum = double.PositiveInfinity;
            bool isRange = ends.Length == 2 && value.Length > 2;
            isRange = isRange && (ends[1].Length == 0 || TryNumber(column, ends[1], out maximum));
            double minimum = double.NegativeInfinity;
            if (!isRange || (ends[0].Length > 0 && !TryNumber(column, ends[0], out minimum)))
                throw new InputException($"--where {clause}: {Expected(column)} was expected.");
            if (minimum > maximum)
                throw new InputException($"--where {clause}: the range is empty; the smaller number was expected first.");
            if (_isTraining && (maximum < column.Format!.Minimum || minimum > column.Format.Maximum))
                throw new InputException(
                    $"--where {clause}: no cell of column {column.Name} lies there; a range between {Ends(column.Format)} was expected.");
            _ranges[column.Name] = new ValueRange(minimum, maximum);
            Conditions.Where(column.Name, minimum, maximum);
        }
    }

    // A number between those that the column can hold, a day that it never has, or one beyond all of its cells.
    private void RefuseImpossible(string clause, ColumnFinding column, double number)
    {
        CellFormat format = column.Format!;
        if (_isTraining && (number < format.Minimum || number > format.Maximum))
        {
            throw new InputException(
                $"--where {clause}: no cell of column {column.Name} lies there; a value between {Ends(format)} was expected.");
        }

        CellFormat unbounded = format with { Minimum = double.NegativeInfinity, Maximum = double.PositiveInfinity };
        string written = unbounded.Format(number);
        if (!TryNumber(column, written.Trim('"'), out double read) || Math.Abs(read - number) > 1e-9 * Math.Max(1, Math.Abs(number)))
        {
            throw new InputException(
                $"--where {clause}: column {column.Name} cannot hold that value; the nearest that it can hold is {written}.");
        }
    }

    private static string Expected(ColumnFinding column) => column.Format!.Entry is { } entry
        ? $"column {column.Name} holds {entry.Role.ToName()} cells written as {entry.Format}, and one of them or a range such as " +
            $"{entry.Min}..{entry.Max}"
        : $"column {column.Name} holds numbers, and a number or a range such as 30..40";

    private bool TryNumber(ColumnFinding column, string text, out double number) => TryNumber(_table, column, text, out number);

    private static string Ends(CellFormat format) => $"{format.Format(format.Minimum)} and {format.Format(format.Maximum)}";

    /// <summary>Cuts at the first equals sign that has the name of a column before it, since names may hold one.</summary>
    private (ColumnFinding Column, string Value) Split(string clause)
    {
        int first = clause.IndexOf('=', StringComparison.Ordinal);
        if (first < 1)
            throw new UsageException($"--where is '{clause}' where COL=VALUE was expected.");
        if (NamedClause.Split(clause, name => _table.Columns.Any(column => column.Name == name)) is { } named)
        {
            ColumnFinding column = _table.Columns.First(column => column.Name == named.Name);
            return column.Use != ColumnUse.None ? (column, named.Value) : throw new InputException(
                $"--where {clause}: column {named.Name} is not learnt from, so nothing can be asked of it.");
        }

        string unknown = clause[..first].Trim();
        throw new InputException(
            $"{_table.Path} has no column '{unknown}', which --where " +
            $"names{NearNames.Ask(unknown, _table.UsedColumns.Select(column => column.Name))}");
    }

    /// <summary>A number, date or amount as a column writes it, or in the international spelling.</summary>
    public static bool TryNumber(BlockTable table, ColumnFinding column, string text, out double number)
    {
        if (column.Format?.Codec is { } codec && codec.TryParse(text, out number))
            return double.IsFinite(number);

        // Spellings that mean the same in every column: the international one of dates, and plain numbers for amounts.
        if (column.Format?.Entry is { Role: ColumnRole.Date or ColumnRole.Timestamp })
        {
            bool isDate = DateTime.TryParseExact(
                text, s_dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime moment);
            number = isDate ? column.Format.Codec!.ValueOf(moment) : double.NaN;
            return isDate;
        }

        if (column.Format?.Entry is { Role: not (ColumnRole.Number or ColumnRole.Amount) })
        {
            number = double.NaN;
            return false;
        }

        bool isNumber = NumberCell.TryParse(Encoding.UTF8.GetBytes(text.Trim()), allowComma: table.File.Beginning.Separator != ',',
            out NumberCell cell);
        number = cell.Value;
        return isNumber && double.IsFinite(number);
    }
}
