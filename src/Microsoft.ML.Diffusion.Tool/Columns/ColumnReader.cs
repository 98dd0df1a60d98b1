
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Reads a column as what it was found to be.</summary>
internal static class ColumnReader
{
    // As many categories as a model learns one by one; more are learnt together or not at all.
    private const int MostCategories = 256;

    // Fewer different numbers say nothing about a lattice.
    private const int FewestOnLattice = 8;

    /// <summary>Reads a column.</summary>
    /// <param name="document">The file.</param>
    /// <param name="index">Which of its columns.</param>
    /// <param name="profile">What the column was found to be.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="warn">Told of what the user may want to know.</param>
    public static CsvColumn Read(CsvDocument document, int index, ColumnProfile profile, SchemaOptions options, Action<string> warn)
    {
        if (options.LeaveOutIdentifiers)
            foreach (string note in profile.Notes)
                warn($"Column {note}");
        string[] marks = [.. profile.Statistics.Marks.Where(mark => !mark.IsSuggestion).Select(mark => mark.Text)];
        if (profile.Role.IsNumeric() || profile.Role == ColumnRole.Empty)
            return Numbers(document, index, profile, options, marks);
        bool isLeftOut = profile.Role.IsIdentifying() || profile.Statistics.Distinct > MostCategories;
        if (isLeftOut && options.LeaveOutIdentifiers)
        {
            string what = profile.Role.IsIdentifying()
                ? $"{profile.Reason}: it is left as it is and not learnt from"
                : $"{profile.Statistics.Distinct} categories, more than the {MostCategories} that are learnt: it is left as it is";
            warn($"Column {profile.Name} has {what} (name it in --categorical to use it).");
            return CsvColumn.Unused(index, profile.Name, CountEmpty(document, index, options.Missing), profile);
        }

        if (profile.Role is ColumnRole.Key or ColumnRole.Constant && new NumericColumnReader(document, index, options.Missing, codesAreNumbers: false) is { Others: 0 } plain)
            return plain.ToColumn();
        return CsvColumn.Categorical(document, index, options.Missing, marks.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Reads a column of dates, amounts and the like whose spelling is known.</summary>
    /// <param name="document">The file.</param>
    /// <param name="index">Which of its columns.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="format">The spelling.</param>
    /// <param name="why">Why every cell must be one, for messages.</param>
    /// <exception cref="InputException">A cell is neither missing nor of that spelling.</exception>
    public static CsvColumn ReadNumbers(CsvDocument document, int index, MissingMarks missing, NumberFormat format, string why)
    {
        CsvColumn column = Coded(document, index, missing, format.Entry!, []);
        for (int row = 0; row < document.RowCount; row++)
        {
            if (double.IsNaN(column.Number(row)) && !missing.IsMissing(document, row, index))
                throw new InputException(
                    $"{document.Locate(row, index)}: '{document.Text(row, index)}' is not a {format.Entry!.Role.ToName()} written as {format.Entry.Format}; {why} (a mark for a missing value is named with --na).");
        }

        return column;
    }

    private static CsvColumn Numbers(CsvDocument document, int index, ColumnProfile profile, SchemaOptions options, string[] marks)
    {
        // A plain column of numbers keeps its own decimals; what is spelt otherwise has a codec.
        bool mayBePlain = profile.Role is ColumnRole.Number or ColumnRole.Amount or ColumnRole.Empty;
        if (mayBePlain && !NeedsCodec(profile))
        {
            var plain = new NumericColumnReader(document, index, options.Missing, codesAreNumbers: true, marks.ToHashSet(StringComparer.Ordinal));
            if (plain.Others == 0 && (profile.Role != ColumnRole.Amount || ReadTheSame(document, index, profile.Entry, plain)))
                return plain.ToColumn();
        }

        return profile.Role == ColumnRole.Empty
            ? CsvColumn.Unused(index, profile.Name, CountEmpty(document, index, options.Missing))
            : Coded(document, index, options.Missing, profile.Entry, marks);
    }

    // 1,234 may be one and a bit or a thousand and more; the codec has looked at all cells.
    private static bool ReadTheSame(CsvDocument document, int index, ColumnEntry entry, NumericColumnReader plain)
    {
        RoleCodec codec = RoleCodec.Create(entry);
        return Enumerable.Range(0, document.RowCount).All(row => double.IsNaN(plain.Number(row))
            || (codec.TryParse(document.Text(row, index), out double value) && value == plain.Number(row)));
    }

    private static CsvColumn Coded(CsvDocument document, int index, MissingMarks missing, ColumnEntry entry, string[] marks)
    {
        RoleCodec codec = RoleCodec.Create(entry);
        double[] numbers = new double[document.RowCount];
        HashSet<int> kept = [];
        (double minimum, double maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        int observed = 0, quoted = 0;
        for (int row = 0; row < numbers.Length; row++)
        {
            numbers[row] = double.NaN;
            if (missing.IsMissing(document, row, index))
                continue;
            string text = document.Text(row, index);
            if (marks.Contains(text, StringComparer.Ordinal) || !codec.TryParse(text, out double value) || !double.IsFinite(value))
            {
                kept.Add(row);
                continue;
            }

            observed++;
            quoted += CsvCell.IsQuoted(document.Raw(row, index)) ? 1 : 0;
            numbers[row] = value;
            (minimum, maximum) = (Math.Min(minimum, value), Math.Max(maximum, value));
        }

        NumberFormat format = new(0, 0, minimum, maximum, DecimalComma: false, Quoted: observed > 0 && quoted == observed, entry);
        return CsvColumn.Numeric(index, entry.Name, numbers, format, kept);
    }

    // Numbers on a lattice other than that of their decimals (whole numbers spelt 34.0, multiples of 4), and numbers with exponents.
    private static bool NeedsCodec(ColumnProfile profile)
    {
        ColumnEntry entry = profile.Entry;
        if (entry.Format?.Contains('E', StringComparison.OrdinalIgnoreCase) == true)
            return true;
        if (entry.Step is not { } step || profile.Statistics.Distinct < FewestOnLattice)
            return false;
        int decimals = entry.Format is { } format && format.LastIndexOf('.') is >= 0 and var point
            ? format.AsSpan(point + 1).Count('0') + format.AsSpan(point + 1).Count('#')
            : 0;
        return Math.Abs(step - Math.Pow(10, -decimals)) > 1e-9 * step;
    }

    /// <summary>How many cells of a column are missing.</summary>
    public static int CountEmpty(CsvDocument document, int index, MissingMarks missing) =>
        Enumerable.Range(0, document.RowCount).Count(row => missing.IsMissing(document, row, index));
}
