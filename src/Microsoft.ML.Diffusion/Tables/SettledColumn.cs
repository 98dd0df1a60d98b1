using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column whose role is known, and what becomes of the cells that were read before it was.</summary>
/// <param name="Column">The column.</param>
/// <param name="Entry">Its role.</param>
/// <param name="Map">What each cell becomes; null where they stay.</param>
internal sealed record SettledColumn(ViewColumn Column, ColumnEntry Entry, Func<double, double>? Map)
{
    private const long LargestExact = 1L << 53;

    /// <summary>Makes the column that a role asks for.</summary>
    /// <param name="learnt">The column that read the cells.</param>
    /// <param name="facts">What was found out about it.</param>
    /// <param name="use">What the role asks for.</param>
    /// <param name="told">What a person said; null for nothing.</param>
    /// <param name="maxCategories">How many categories it may have.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="warn">Told in a sentence what was left out.</param>
    /// <exception cref="InvalidDataException">A whole number is too large to be exact.</exception>
    public static SettledColumn Of(
        ViewColumn learnt, ColumnFacts facts, RoleUse use, ColumnEntry? told, int maxCategories, IEnumerable<double> cells,
        Action<string> warn)
    {
        (string name, DataViewType type) = (learnt.Name, learnt.Type);
        CellType? cellType = CellType.Of(type);
        switch (use)
        {
            case RoleUse.LeftOut:
                return new SettledColumn(cellType!.LeftOut(name, type), facts.Entry, null);
            case RoleUse.FreshKeys:
                return new SettledColumn(FreshKeys(learnt, facts, cellType!), facts.Entry, null);
            case RoleUse.Coded:
                ViewColumn coded = cellType!.Coded(name, type, facts.Entry, told?.MissingMarks ?? []);
                return new SettledColumn(coded, facts.Entry, cell => coded.NumberOf(learnt.TextOf(cell)) ?? double.NaN);
            case RoleUse.Categories when learnt.Form != ColumnForm.Values:
                ViewColumn values = cellType!.Categories(name, type);
                Func<double, double> codes = values.LearnNumbers(cells);
                WarnOfMany(values, maxCategories, warn);
                values.KeepMostFrequent(maxCategories);
                return new SettledColumn(values, facts.Entry, number => double.IsNaN(number) ? number : codes(number));
            default:
                return AsTyped(learnt, facts.Entry, use, maxCategories, warn);
        }
    }

    /// <summary>A column that is what its type says.</summary>
    public static SettledColumn AsTyped(ViewColumn learnt, ColumnEntry entry, RoleUse use, int maxCategories, Action<string> warn)
    {
        if (learnt.Form == ColumnForm.Values && use != RoleUse.Categories)
        {
            ViewColumn numbers = ViewColumn.Plain(learnt.Name, learnt.Type);
            return new SettledColumn(numbers, entry, code => Exact(learnt, code));
        }

        WarnOfMany(learnt, maxCategories, warn);
        return learnt.KeepMostFrequent(maxCategories) is { } codes
            ? new SettledColumn(learnt, entry, code => codes[(int)code]) : new SettledColumn(learnt, entry, null);
    }

    private static double Exact(ViewColumn column, double code)
    {
        decimal value = decimal.Parse(column.TextOf(code), System.Globalization.CultureInfo.InvariantCulture);
        return Math.Abs(value) <= LargestExact ? (double)value : throw new InvalidDataException(
            $"Column '{column.Name}' has the number {value}, which is beyond 2^53 and would be rounded: give the column the role code or " +
            "key in the option Roles, leave it out, or convert it to text.");
    }

    private static void WarnOfMany(ViewColumn column, int maxCategories, Action<string> warn)
    {
        if (column.CategoryCount > maxCategories)
        {
            warn($"Column '{column.Name}' has {column.CategoryCount} different values; the {maxCategories} most frequent are its " +
                "categories, and the others count as missing.");
        }
    }

    private static ViewColumn FreshKeys(ViewColumn learnt, ColumnFacts facts, CellType cells)
    {
        KeyPattern pattern = facts.Profile!.Key!;
        if (learnt.Type is not TextDataViewType)
            pattern = OfNumbers(pattern, facts.Largest, cells.LargestWhole);
        // A sequence goes on behind the last key, and a random GUID meets none.
        bool meets = pattern.Kind is not (KeyKind.Sequence or KeyKind.Uuid);
        return cells.FreshKeys(learnt.Name, learnt.Type, pattern, meets ? facts.Observed : null);
    }

    // Numbers are digits alone; those of as many digits as the largest number of the type begin with a one.
    private static KeyPattern OfNumbers(KeyPattern pattern, long largest, decimal limit)
    {
        int digits = limit.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        bool isOfDigits = pattern.Kind == KeyKind.Pattern && pattern.Mask.All(position => position.Fixed != 0
            ? char.IsAsciiDigit(position.Fixed) : position is { HasUpper: false, HasLower: false });
        if (!isOfDigits)
        {
            long last = Math.Max(largest, pattern.Kind == KeyKind.Sequence ? pattern.Last : 0);
            return new KeyPattern { Kind = KeyKind.Sequence, Last = last };
        }

        return pattern.Mask.Count < digits || pattern.Mask[0].Fixed != 0 ? pattern
            : pattern with { Mask = [KeyCharacter.Of('1'), .. pattern.Mask.Skip(1)] };
    }
}
