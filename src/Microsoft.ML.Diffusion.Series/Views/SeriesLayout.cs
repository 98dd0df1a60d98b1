using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Which columns of a view make series.</summary>
/// <param name="Columns">The variables: what is filled in, and under which names.</param>
/// <param name="Group">The column that names the series of a row; null where there is none.</param>
/// <param name="Order">The column of times; null where steps are one apart.</param>
/// <param name="Statics">Columns of what holds for a whole series.</param>
internal sealed record SeriesLayout(InputOutputColumnPair[] Columns, string? Group, string? Order, string[] Statics)
{
    private const string OneHot = "ml.Transforms.Categorical.OneHotEncoding";

    /// <summary>Every column that is read.</summary>
    public IEnumerable<string> Read => Columns.Select(pair => pair.InputColumnName).Distinct(StringComparer.Ordinal)
        .Concat(Statics).Concat(Group is null ? [] : [Group]).Concat(Order is null ? [] : [Order]);

    /// <summary>Refuses columns that make no series.</summary>
    /// <param name="find">The shape of a column; null where it is not there.</param>
    /// <param name="known">The columns that there are.</param>
    /// <returns>How the series lie in the view.</returns>
    /// <exception cref="ArgumentException">There are some; the message is one sentence.</exception>
    public SeriesForm Check(Func<string, ColumnShape?> find, IEnumerable<string> known)
    {
        ColumnShape[] variables = [.. Columns.Select(pair => Found(pair.InputColumnName))];
        bool hasVectors = Array.Exists(variables, variable => variable.IsVector);
        foreach (ColumnShape variable in variables)
        {
            RefuseUnless(variable.IsReal || variable.IsCategory,
                $"Column '{variable.Name}' is {variable.Described}, and variables of a series must be " +
                "Single, Double, keys or texts: leave it out, or make numbers of it (ml.Transforms.Conversion.ConvertType); what holds for a " +
                "whole series can be one of StaticColumns.");
            RefuseUnless(variable.IsVector == hasVectors, $"Column '{variable.Name}' is {variable.Described}, and another variable is " +
                "not: either all are single numbers and a row is a step, or all are vectors and a row is a series.");
        }
        if (Group is not null)
        {
            ColumnShape group = Found(Group);
            RefuseUnless(!hasVectors, $"Columns of vectors hold one series a row, so that there is no group: leave '{Group}' out, or " +
                "give columns of single numbers.");
            RefuseUnless(group.IsGroup, $"Column '{Group}' is {group.Described}, which names no series; a text, a key or a number was " +
                "expected.");
        }
        RefuseUnless(Order is not null || hasVectors,
            "No column says when a row was measured: name it as orderColumn; single numbers need one, since rows may come in any order.");
        if (Order is not null)
        {
            ColumnShape order = Found(Order);
            RefuseUnless(order.IsTime, $"Column '{Order}' is {order.Described}, which is no time; a number, DateTime or DateTimeOffset " +
                "was expected.");
            RefuseUnless(order.IsVector == hasVectors, $"Column '{Order}' is {order.Described}, and the variables are " +
                $"{(hasVectors ? "vectors, of which each value has its own time" : "single numbers")}; the same was expected of both.");
        }
        foreach (string name in Statics)
        {
            ColumnShape column = Found(name);
            RefuseUnless(column.IsNumber && column.HasKnownSize, $"Column '{name}' is {column.Described}, and StaticColumns must be " +
                $"numbers, Booleans, or vectors of numbers with a known size; keys and texts become one by {OneHot}.");
        }
        return hasVectors ? SeriesForm.SeriesPerRow : SeriesForm.StepPerRow;

        ColumnShape Found(string name) => find(name) ?? throw ColumnRefusal.Unknown(name, known);
    }

    /// <summary>Refuses names that contradict each other, before there are columns.</summary>
    /// <exception cref="ArgumentException">There are some; the message is one sentence.</exception>
    public void RefuseBadNames()
    {
        RefuseUnless(Columns.Length > 0, "There is no column to fill in: name at least one.");
        HashSet<string> outputs = new(StringComparer.Ordinal);
        foreach (InputOutputColumnPair pair in Columns)
        {
            RefuseUnless(outputs.Add(pair.OutputColumnName), $"Column '{pair.OutputColumnName}' would be made twice.");
            string input = pair.InputColumnName;
            RefuseUnless(input != Group && input != Order,
                $"Column '{input}' is to be filled in and is the {(input == Group ? "group" : "order")} too; another one was expected.");
            RefuseUnless(!Statics.Contains(input, StringComparer.Ordinal),
                $"Column '{input}' is to be filled in and is one of StaticColumns too; it can be one of both.");
        }
        RefuseUnless(Group is null || Group != Order, $"Column '{Group}' is the group and the order; two columns were expected.");
    }

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Columns.Length);
        foreach (InputOutputColumnPair column in Columns)
        {
            writer.Write(column.OutputColumnName);
            writer.Write(column.InputColumnName);
        }
        writer.Write(Group ?? "");
        writer.Write(Order ?? "");
        writer.Write(Statics.Length);
        foreach (string column in Statics)
            writer.Write(column);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SeriesLayout ReadFrom(BinaryReader reader)
    {
        InputOutputColumnPair[] columns = reader.ReadItems(
            "columns to fill in", static reader => new InputOutputColumnPair(reader.ReadString(), reader.ReadString()));
        (string group, string order) = (reader.ReadString(), reader.ReadString());
        string[] statics = reader.ReadItems("static columns", static reader => reader.ReadString());
        var layout = new SeriesLayout(columns, group.Length > 0 ? group : null, order.Length > 0 ? order : null, statics);
        layout.RefuseBadNames();
        return layout;
    }

    private static void RefuseUnless(bool condition, string sentence)
    {
        if (!condition)
            throw ColumnRefusal.Of(sentence);
    }
}
