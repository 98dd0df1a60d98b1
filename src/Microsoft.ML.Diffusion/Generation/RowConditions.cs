using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>What synthetic rows must satisfy, by the names of columns: at most one condition a column. A slot of a vector is named
/// <c>Column.0</c>, or <c>Column.Slot</c> where it has a name; a name that another column has too is refused. Columns with a condition are
/// given, and the others made to fit them: no row is thrown away.</summary>
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
    /// <remarks>One that was never seen is kept as it is, between the steps of the training values, beyond their range and on other days
    /// of the week too. One that the column's type cannot hold is refused by <see cref="DiffusionSynthesizeTransformer.Generate"/>: 300
    /// or 3.5 in a Byte, 1e39 in a Single, a third of a cent in a text whose amounts have two decimals. In a Single it is the nearest one,
    /// in a column of moments it is exact to the microsecond.</remarks>
    /// <param name="column">A column of numbers, moments or lengths of time.</param>
    /// <param name="value">A finite number; of dates the days since 1970-01-01, of moments with a time the seconds since then (on the clock
    /// of a DateTime or DateTimeOffset, in universal time of texts with an offset), of lengths of time and times of day seconds.</param>
    public RowConditions Where(string column, double value) => Add(column, isValue: true, (conditions, i, viewColumn) =>
    {
        string given = value.ToString(CultureInfo.InvariantCulture);
        RequireNumbers(conditions.Columns[i], given);
        Fix(conditions, i, viewColumn, value, given);
    });

    /// <summary>Every row has a number in a range.</summary>
    /// <remarks>Its numbers are made as those of other rows: in the steps of the training values, in their range, on days of the week that
    /// they have. A range without such a number, such as 3.2 to 3.8 in whole numbers or a weekend where all days are working days, is
    /// refused by <see cref="DiffusionSynthesizeTransformer.Generate"/>. In a Single a range between two neighbouring numbers of the type
    /// gives one of the two.</remarks>
    /// <param name="column">A column of numbers, moments or lengths of time.</param>
    /// <param name="minimum">The smallest number, in the unit of <see cref="Where(string, double)"/>; may be negative infinity.</param>
    /// <param name="maximum">The largest number; may be positive infinity.</param>
    public RowConditions Where(string column, double minimum, double maximum) => Add(column, isValue: false, (conditions, i, viewColumn) =>
    {
        RequireNumbers(conditions.Columns[i], string.Create(CultureInfo.InvariantCulture, $"{minimum}..{maximum}"));
        Within(conditions, i, viewColumn, new ValueRange(minimum, maximum),
            string.Create(CultureInfo.InvariantCulture, $"{minimum} and {maximum}"));
    });

    /// <summary>Every row has this moment.</summary>
    /// <param name="column">A column of DateTime or DateTimeOffset, or one of texts or numbers whose role is dates or timestamps.</param>
    /// <param name="value">What the clock shows, kept to the microsecond; one that was never seen too, as by
    /// <see cref="Where(string, double)"/>. A DateTimeOffset has the offset of the nearest day of the training values.</param>
    public RowConditions Where(string column, DateTime value) => Add(column, isValue: true, (conditions, i, viewColumn) =>
        Fix(conditions, i, viewColumn, NumberOf(viewColumn, conditions.Columns[i], value), Iso(value)));

    /// <summary>Every row has a moment in a range.</summary>
    /// <remarks>As by <see cref="Where(string, double, double)"/>: on the days and in the range of the training values.</remarks>
    /// <param name="column">A column of DateTime or DateTimeOffset, or one of texts or numbers whose role is dates or timestamps.</param>
    /// <param name="minimum">The earliest that the clock shows.</param>
    /// <param name="maximum">The latest that the clock shows.</param>
    /// <example><code>
    /// DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize("Label").Fit(rows);
    /// IDataView made = model.Generate(100, new RowConditions().Where("Admitted", new DateTime(2024, 1, 1), new DateTime(2024, 3, 31)));
    /// </code></example>
    public RowConditions Where(string column, DateTime minimum, DateTime maximum) => Add(column, isValue: false, (conditions, i, owner) =>
    {
        double first = NumberOf(owner, conditions.Columns[i], minimum), last = NumberOf(owner, conditions.Columns[i], maximum);
        Within(conditions, i, owner, new ValueRange(first, last), $"{Iso(minimum)} and {Iso(maximum)}");
    });

    /// <summary>Every row has this text, or the key that stands for it, or the moment or length of time that it says.</summary>
    /// <param name="column">A column of text, keys or Boolean, of DateTime, DateTimeOffset or TimeSpan, or one of another type whose role
    /// is category or code, or is dates or amounts.</param>
    /// <param name="value">A value that occurred in training; of keys without texts, the number. A date or an amount of a column of texts
    /// or numbers in the spelling of the column. A moment in the international spelling, <c>2024-03-31</c> or <c>2024-03-31T14:30:00.5</c>,
    /// whatever the culture; of a DateTimeOffset with an offset such as <c>+02:00</c> or without, for what the clock shows. A TimeSpan as
    /// .NET writes it, <c>14:30:00</c> or <c>1.14:30:00.5</c>. Dates, amounts, moments and lengths of time need not have occurred, as by
    /// <see cref="Where(string, double)"/>.</param>
    public RowConditions Where(string column, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(column, isValue: true, (conditions, i, viewColumn) =>
        {
            double? number = viewColumn.NumberOf(value);
            if (IsoMoment.Read(value) is { Offset: null } moment)
                number ??= viewColumn.NumberOf(moment.Clock);
            Fix(conditions, i, viewColumn, number ?? CodeOf(conditions.Columns[i], viewColumn, value), $"'{value}'");
        });
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
        options.RequireMethod();
        GenerationMethod method = options.Method.Registration;
        if (_conditions.Any(condition => !condition.IsValue) && !method.Can(GenerationAbilities.Ranges | GenerationAbilities.MissingCells))
            throw new ArgumentException($"{method.Title} knows fixed values only, no ranges and no missing cells.", nameof(options));
    }

    /// <summary>The conditions on the columns of a model.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="viewColumns">The columns of the view that they come from, in the same order.</param>
    internal GenerationConditions For(IReadOnlyList<TableColumn> columns, ViewColumn[] viewColumns)
    {
        ViewColumn[] owners = OwnersOf(viewColumns);
        var conditions = new GenerationConditions(columns);
        foreach ((string name, _, Action<GenerationConditions, int, ViewColumn> apply) in _conditions)
        {
            int[] places = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].Name == name)];
            if (places.Length == 0)
                throw ColumnRefusal.Of(
                    $"There is no column '{name}' to set a condition on{Near(name, columns)}");
            if (places.Length > 1)
            {
                IEnumerable<string> meant = places.Select(i => owners[i].Type is VectorDataViewType
                    ? $"a slot of the vector '{owners[i].Name}'" : $"the column '{owners[i].Name}'");
                throw ColumnRefusal.Of(
                    $"'{name}' is {string.Join(" and ", meant)}, so that a condition may mean either; train on a view in which the " +
                    "column or the slot has another name.");
            }

            apply(conditions, places[0], owners[places[0]]);
        }

        return conditions;
    }

    /// <summary>The column of the view that each column of the model belongs to.</summary>
    internal static ViewColumn[] OwnersOf(ViewColumn[] viewColumns) =>
        [.. viewColumns.SelectMany(column => Enumerable.Repeat(column, column.Width))];

    private static void Fix(GenerationConditions conditions, int i, ViewColumn viewColumn, double value, string given)
    {
        bool isNumber = conditions.Columns[i].Kind == ColumnKind.Numeric;
        if (isNumber && !(double.IsFinite(value) && viewColumn.CanHold(value)))
            throw new ArgumentException(
                $"Column '{conditions.Columns[i].Name}' cannot hold {given}; give {viewColumn.Expected(isRange: false)}.", nameof(value));
        conditions.Fix(i, value);
    }

    private static void Within(GenerationConditions conditions, int i, ViewColumn viewColumn, ValueRange range, string given)
    {
        conditions.Within(i, range);
        double somewhere = double.IsFinite(range.Minimum) ? range.Minimum : double.IsFinite(range.Maximum) ? range.Maximum : 0;
        if (double.IsInfinity(range.Minimum) && range.Minimum == range.Maximum || double.IsNaN(viewColumn.Within(somewhere, range)))
            throw new ArgumentException(
                $"No value of column '{conditions.Columns[i].Name}' lies between {given}; give a range that has " +
                $"{viewColumn.Expected(isRange: true)} in it.",
                nameof(range));
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

    private static string Iso(DateTime moment) =>
        moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static double NumberOf(ViewColumn viewColumn, TableColumn column, DateTime moment) => viewColumn.NumberOf(moment)
        ?? throw new ArgumentException(
            $"Column '{column.Name}' is {ColumnTypes.Describe(viewColumn.Type)} and holds no moments such as {Iso(moment)}; name a " +
            "column of DateTime, DateTimeOffset, or texts or numbers whose role is dates or timestamps.",
            nameof(moment));

    private static int CodeOf(TableColumn column, ViewColumn viewColumn, string value)
    {
        if (viewColumn is ITimeColumn)
            throw new ArgumentException(
                $"'{value}' is no {ColumnTypes.Describe(viewColumn.Type)} of column '{column.Name}'; write it as " +
                $"{(viewColumn.Type is TimeSpanDataViewType ? "14:30:00 or 1.14:30:00" : "2024-03-31 or 2024-03-31T14:30:00")}.",
                nameof(value));
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
