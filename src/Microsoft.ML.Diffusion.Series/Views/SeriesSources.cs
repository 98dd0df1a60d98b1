using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The columns of a view that make series.</summary>
/// <param name="Form">How the series lie in it.</param>
/// <param name="Variables">What is filled in.</param>
/// <param name="Group">The series of a row; null where there is one series, or one a row.</param>
/// <param name="Order">When a step was; null where steps are one apart.</param>
/// <param name="Statics">What holds for a whole series.</param>
internal sealed record SeriesSources(
    SeriesForm Form,
    DataViewSchema.Column[] Variables,
    DataViewSchema.Column? Group,
    DataViewSchema.Column? Order,
    DataViewSchema.Column[] Statics)
{
    /// <summary>All of them.</summary>
    public DataViewSchema.Column[] All { get; } =
        [.. Variables, .. Statics, .. ((DataViewSchema.Column?[])[Group, Order]).OfType<DataViewSchema.Column>()];

    /// <summary>How the categories of each variable are read and written; null for numbers.</summary>
    public ViewColumn?[] Categories { get; init; } = new ViewColumn?[Variables.Length];

    /// <summary>Whether categories that are met for the first time become known.</summary>
    public bool LearnsCategories { get; init; }

    /// <summary>How many numbers hold for a whole series.</summary>
    public int StaticCount { get; } = Statics.Sum(column => column.Type is VectorDataViewType vector ? vector.Size : 1);

    /// <summary>Finds the columns.</summary>
    /// <param name="layout">Which they are.</param>
    /// <param name="schema">The view's.</param>
    /// <param name="categories">What is known of the categories of the variables; null where they are learned.</param>
    /// <exception cref="ArgumentException">One is not there, or not of a type that series are made of.</exception>
    public static SeriesSources Find(SeriesLayout layout, DataViewSchema schema, ViewColumn?[]? categories = null)
    {
        SeriesForm form = layout.Check(
            name => schema.GetColumnOrNull(name) is { } column ? ColumnShape.Of(column) : null, ColumnRefusal.Visible(schema));
        return new SeriesSources(
            form,
            [.. layout.Columns.Select(pair => schema[pair.InputColumnName])],
            layout.Group is { } group ? schema[group] : null,
            layout.Order is { } order ? schema[order] : null,
            [.. layout.Statics.Select(name => schema[name])])
        {
            Categories = [.. layout.Columns.Select((pair, v) => CategoriesOf(schema, pair.InputColumnName, categories, v))],
            LearnsCategories = categories is null,
        };
    }

    /// <summary>Opens a variable of a row that is a step: numbers, or codes of categories.</summary>
    public Func<double> OpenVariable(DataViewRow row, int variable)
    {
        if (Categories[variable] is not { } categories)
            return ScalarReader.Open(row, Variables[variable]);
        CellReader read = categories.OpenReader(row, Variables[variable], LearnsCategories);
        double[] cell = new double[1];
        return () =>
        {
            read(cell);
            return cell[0];
        };
    }

    private static ViewColumn? CategoriesOf(DataViewSchema schema, string name, ViewColumn?[]? known, int variable)
    {
        DataViewSchema.Column column = schema[name];
        if (!ColumnShape.Of(column).IsCategory)
        {
            return known?[variable] is null ? null : throw ColumnRefusal.Of(
                $"Column '{name}' holds {ColumnTypes.Describe(column.Type)}, and the model was trained on categories.");
        }

        if (known is null)
            return ViewColumn.Of(column);
        ViewColumn own = known[variable] ?? throw ColumnRefusal.Of(
            $"Column '{name}' holds {ColumnTypes.Describe(column.Type)}, and the model was trained on numbers.");
        own.FindIn(schema);
        return own;
    }

    /// <summary>Opens the columns of what holds for a whole series.</summary>
    /// <returns>Reads the current row's numbers.</returns>
    public Action<Span<double>> OpenStatics(DataViewRow row)
    {
        (Func<double>? One, Func<double[]>? Several)[] readers = [.. Statics.Select(column => column.Type is VectorDataViewType
            ? ((Func<double>?)null, (Func<double[]>?)ScalarReader.OpenVector(row, column)) : (ScalarReader.Open(row, column), null))];
        return numbers =>
        {
            int next = 0;
            foreach ((Func<double>? one, Func<double[]>? several) in readers)
            {
                if (one is not null)
                {
                    numbers[next++] = Finite(one());
                    continue;
                }
                foreach (double number in several!())
                    numbers[next++] = Finite(number);
            }
        };

        // An infinity says nothing.
        static double Finite(double number) => double.IsInfinity(number) ? double.NaN : number;
    }
}
