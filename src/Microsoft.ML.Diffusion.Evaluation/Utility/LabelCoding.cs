using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>What the label is and how trainers get it: a truth value, a key, or a standardised number.</summary>
internal sealed class LabelCoding
{
    private const int MostClassesOfNumbers = 20;

    private readonly Dictionary<double, int> _classOf = [];
    private readonly double _mean;
    private readonly double _deviation = 1;

    /// <param name="real">The training rows.</param>
    /// <param name="test">The rows tested on.</param>
    /// <param name="column">The label.</param>
    /// <param name="task">What it is; null finds out.</param>
    /// <exception cref="InvalidDataException">The label has fewer than two values, or cannot be what it is said to be.</exception>
    public LabelCoding(Table real, Table test, int column, LabelTask? task)
    {
        Column = column;
        TableColumn label = real.Columns[column];
        Name = label.Name;
        double[] known = Values(real, column), tested = Values(test, column);
        if (tested.Length == 0)
            throw new InvalidDataException($"No test row has a label: column '{Name}' is empty.");
        double[] distinct = [.. known.Distinct()];
        if (distinct.Length < 2)
        {
            string found = distinct.Length == 1 ? $"one value ({NameOf(label, distinct[0])})" : "no value";
            throw new InvalidDataException($"Column '{Name}' has {found} in the real rows; a label with at least two was expected.");
        }

        bool canBeClasses = label.Kind == ColumnKind.Categorical || task is LabelTask.Binary or LabelTask.Multiclass
            || (distinct.Length <= MostClassesOfNumbers && distinct.All(double.IsInteger));
        double[] classes = [.. known.Concat(tested).Distinct().Order()];
        Task = task ?? (!canBeClasses ? LabelTask.Regression : classes.Length == 2 ? LabelTask.Binary : LabelTask.Multiclass);
        if (Task == LabelTask.Regression)
        {
            if (label.Kind == ColumnKind.Categorical)
                throw new InvalidDataException($"Column '{Name}' holds categories; numbers were expected for a regression.");
            _mean = known.Average();
            double variance = known.Average(value => (value - _mean) * (value - _mean));
            _deviation = variance > 0 ? Math.Sqrt(variance) : 1;
            return;
        }

        if (Task == LabelTask.Binary && classes.Length != 2)
            throw new InvalidDataException($"Column '{Name}' has {classes.Length} classes; two were expected.");
        if (Task == LabelTask.Binary)
        {
            // The second class is the positive one: the rarer, which matters more where classes are imbalanced.
            classes = [.. classes.OrderByDescending(value => known.Count(other => other == value)).ThenBy(value => value)];
            PositiveClass = NameOf(label, classes[1]);
        }

        foreach (double value in classes)
            _classOf.Add(value, _classOf.Count);
        Classes = [.. classes.Select(value => NameOf(label, value))];
    }

    public int Column { get; }

    public string Name { get; }

    public LabelTask Task { get; }

    public string[] Classes { get; } = [];

    public string? PositiveClass { get; }

    /// <summary>How trainers get it.</summary>
    public DataViewType Type => Task switch
    {
        LabelTask.Binary => BooleanDataViewType.Instance,
        LabelTask.Multiclass => new KeyDataViewType(typeof(uint), Classes.Length),
        _ => NumberDataViewType.Single,
    };

    public IReadOnlyList<string> Metrics => Task switch
    {
        LabelTask.Binary => PredictionMetrics.BinaryMetrics,
        LabelTask.Multiclass => PredictionMetrics.MulticlassMetrics,
        _ => PredictionMetrics.RegressionMetrics,
    };

    /// <summary>What the first of the metrics is of a model that knows nothing.</summary>
    public double NoKnowledge => Task == LabelTask.Regression ? 0 : 0.5;

    /// <summary>Rows whose label is known, and a class that real rows have.</summary>
    public RowList Labelled(RowList rows) =>
        rows.Where(value => !double.IsNaN(value) && (Task == LabelTask.Regression || _classOf.ContainsKey(value)), Column);

    public int ClassOf(ReadOnlySpan<double> row) => _classOf[row[Column]];

    public float Scaled(ReadOnlySpan<double> row) => (float)((row[Column] - _mean) / _deviation);

    public double Unscaled(double score) => (score * _deviation) + _mean;

    private static double[] Values(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(value => !double.IsNaN(value))];

    private static string NameOf(TableColumn label, double value) =>
        label.Kind == ColumnKind.Categorical ? label.Categories[(int)value] : value.ToString("R", CultureInfo.InvariantCulture);
}
