using System.Globalization;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>What synthetic rows must satisfy, by the names of columns: at most one condition a column. A slot of a vector is named
/// <c>Column.0</c>, or <c>Column.Slot</c> where it has a name. Columns with a condition are given, and the others made to fit them: no
/// row is thrown away.</summary>
public sealed class RowConditions
{
    private const int MostNamed = 10;
    private readonly List<(string Column, bool IsValue, Action<GenerationConditions, int, ViewColumn> Apply)> _conditions = [];

    /// <summary>Whether <see cref="Complete"/> was called.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>No cell of a row is missing, whatever the rows lack that were learnt from. Without this, cells are missing as often and
    /// together as they were there, where the method can (<see cref="GenerationAbilities.MissingCells"/>) and its options say so.</summary>
    public RowConditions Complete()
    {
        IsComplete = true;
        return this;
    }

    /// <summary>Every row has this number.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="value">A finite number. One that was never seen is kept.</param>
    public RowConditions Where(string column, double value) => Add(column, isValue: true, (conditions, i, _) =>
    {
        RequireNumbers(conditions.Columns[i], value.ToString(CultureInfo.InvariantCulture));
        conditions.Fix(i, value);
    });

    /// <summary>Every row has a number in a range.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="minimum">The smallest number; may be negative infinity.</param>
    /// <param name="maximum">The largest number; may be positive infinity.</param>
    public RowConditions Where(string column, double minimum, double maximum) => Add(column, isValue: false, (conditions, i, _) =>
    {
        RequireNumbers(conditions.Columns[i], string.Create(CultureInfo.InvariantCulture, $"{minimum}..{maximum}"));
        conditions.Within(i, new ValueRange(minimum, maximum));
    });

    /// <summary>Every row has this text, or the key that stands for it.</summary>
    /// <param name="column">A column of text, keys or Boolean, or one of another type whose role is category or code, or is dates or
    /// amounts.</param>
    /// <param name="value">A value that occurred in training; of keys without texts, the number; a date or an amount in the spelling of its
    /// column.</param>
    public RowConditions Where(string column, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(column, isValue: true, (conditions, i, viewColumn) =>
            conditions.Fix(i, viewColumn.NumberOf(value) ?? CodeOf(conditions.Columns[i], value)));
    }

    /// <summary>Every row has this truth value.</summary>
    /// <param name="column">A column of Boolean.</param>
    /// <param name="value">The value.</param>
    public RowConditions Where(string column, bool value) => Where(column, value.ToString());

    /// <summary>Every row lacks this value.</summary>
    /// <param name="column">A column in which a value can be missing: no Boolean, no whole number.</param>
    public RowConditions WhereMissing(string column) => Add(column, isValue: false, (conditions, i, viewColumn) =>
    {
        if (!viewColumn.CanBeMissing)
            throw new ArgumentException(
                $"Column '{column}' is {ColumnTypes.Describe(viewColumn.Type)}, in which no value can be missing.",
                nameof(column));
        conditions.Missing(i);
    });

    /// <summary>Refuses what a method cannot satisfy, so that nobody trains in vain: ranges and missing cells are for methods with
    /// <see cref="GenerationAbilities.Ranges"/> and <see cref="GenerationAbilities.MissingCells"/>.</summary>
    /// <param name="options">What a model is going to be trained with.</param>
    /// <exception cref="ArgumentException">There are such conditions, and the method knows none.</exception>
    public void RequireSupportedBy(DiffusionSynthesizeEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        GenerationMethod method = options.Method.Registration;
        if (_conditions.Any(condition => !condition.IsValue) && !method.Can(GenerationAbilities.Ranges | GenerationAbilities.MissingCells))
            throw new ArgumentException($"{method.Title} knows fixed values only, no ranges and no missing cells.", nameof(options));
    }

    /// <summary>The conditions on the columns of a model.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="viewColumns">The columns of the view that they come from, in the same order.</param>
    internal GenerationConditions For(IReadOnlyList<TableColumn> columns, ViewColumn[] viewColumns)
    {
        ViewColumn[] owners = [.. viewColumns.SelectMany(column => Enumerable.Repeat(column, column.Width))];
        var conditions = new GenerationConditions(columns);
        foreach ((string name, _, Action<GenerationConditions, int, ViewColumn> apply) in _conditions)
        {
            int i = Enumerable.Range(0, columns.Count).FirstOrDefault(i => columns[i].Name == name, -1);
            if (i < 0)
                throw ColumnRefusal.Of(
                    $"There is no column '{name}' to set a condition on{Near(name, columns)}");
            apply(conditions, i, owners[i]);
        }

        return conditions;
    }

    private RowConditions Add(string column, bool isValue, Action<GenerationConditions, int, ViewColumn> apply)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        _conditions.Add((column, isValue, apply));
        return this;
    }

    // The near ones, or else all.
    private static string Near(string name, IReadOnlyList<TableColumn> columns)
    {
        string near = NearNames.Ask(name, columns.Select(column => column.Name));
        return near == "." ? $"; there are {Some(columns.Select(column => column.Name), columns.Count)}." : near;
    }

    private static void RequireNumbers(TableColumn column, string given)
    {
        if (column.Kind != ColumnKind.Numeric)
            throw new ArgumentException(
                $"Column '{column.Name}' holds categories, not numbers such as {given}: {Some(column.Categories, column.Categories.Count)}.",
                nameof(column));
    }

    private static int CodeOf(TableColumn column, string value)
    {
        if (column.Kind == ColumnKind.Numeric)
            throw new ArgumentException($"Column '{column.Name}' holds numbers, and '{value}' is a text.", nameof(value));
        for (int code = 0; code < column.Categories.Count; code++)
        {
            if (string.Equals(column.Categories[code], value, StringComparison.Ordinal))
                return code;
        }

        throw new ArgumentException(
            $"No row of the training had '{value}' in column '{column.Name}'; there were {Some(column.Categories, column.Categories.Count)}.",
            nameof(value));
    }

    private static string Some(IEnumerable<string> names, int count) =>
        string.Join(", ", names.Take(MostNamed)) + (count > MostNamed ? $" and {count - MostNamed} more" : "");
}
