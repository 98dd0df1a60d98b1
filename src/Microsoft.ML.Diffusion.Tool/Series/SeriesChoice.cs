using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>Which columns of a file are what to a model that is trained on it.</summary>
/// <param name="Group">Names the series of a row; null for one long series.</param>
/// <param name="Order">The times.</param>
/// <param name="Statics">What holds for a whole series.</param>
/// <param name="Variables">What is filled.</param>
/// <param name="View">All of them, as the model sees them.</param>
/// <param name="Formats">How they write their values.</param>
internal sealed record SeriesChoice(
    string? Group,
    string Order,
    string[] Statics,
    string[] Variables,
    IDataView View,
    IReadOnlyDictionary<string, CellFormat> Formats)
{
    /// <summary>Finds out what the columns are.</summary>
    /// <param name="file">The file.</param>
    /// <param name="schema">What the user said about columns.</param>
    /// <param name="group">The column that names series; null for one long series.</param>
    /// <param name="order">The column of times.</param>
    /// <param name="statics">The columns of what holds for a whole series.</param>
    /// <param name="use">What the variables are for.</param>
    /// <param name="display">Warns.</param>
    /// <exception cref="InputException">A column is not there, or is not what it must be.</exception>
    public static SeriesChoice Of(
        CsvBlocks file, SchemaOptions schema, string? group, string order, string[] statics, SeriesUse use, Display display)
    {
        foreach ((string? name, string option) in (IEnumerable<(string?, string)>)
            [(group, "--group"), (order, "--order"), .. statics.Select(name => (name, "--static"))])
        {
            if (name is null || file.ColumnNames.Contains(name, StringComparer.Ordinal))
                continue;
            throw new InputException($"{file.Path} has no column '{name}', which {option} names{NearNames.Ask(name, file.ColumnNames)}");
        }

        if (file.RowCount == 0)
            throw new InputException($"{file.Path} has a header and no rows; at least one was expected to learn from.");
        // Names of series are texts, whatever they look like.
        if (group is not null && !schema.Numeric.Contains(group, StringComparer.Ordinal))
            schema = schema with { Categorical = [.. schema.Categorical.Append(group).Distinct(StringComparer.Ordinal)] };
        BlockTable table = Infer(file, schema, order, IsOther, display);
        var columns = table.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (string name in statics)
        {
            if (columns[name].Use == ColumnUse.None)
            {
                throw new InputException(
                    $"{file.Path}: column {name} of --static has keys, names or no values; numbers or categories were expected.");
            }
        }

        ColumnFinding[] others = [.. table.Columns.Where(column => IsOther(column.Name))];
        var pixels = PixelColumns.Of(use == SeriesUse.Numbers ? [] : others);
        ColumnFinding[] variables = [.. others.Where(column => pixels.Names.Contains(column.Name) || IsVariable(column, use))];
        if (variables.Length == 0)
        {
            string what = use == SeriesUse.Numbers ? "numbers" : "numbers or categories";
            throw new InputException($"{file.Path} has no column of {what} beside {string.Join(", ", [order, .. statics])}.");
        }

        foreach (ColumnFinding column in others.Where(column => use == SeriesUse.Numbers && column.Use == ColumnUse.Categorical))
        {
            if (column.Missing > 0)
                display.Warn($"Column {column.Name} has categories: of series, columns of numbers alone are looked at here.");
        }

        List<BlockViewColumn> seen = group is null ? [] : [SeriesColumns.Texts(file, group, schema.Missing)];
        seen.Add(SeriesColumns.Numbers(order, columns[order].Numbers!, columns[order].Format));
        seen.AddRange(variables.Select(BlockViewColumn.Of));
        seen.AddRange(statics.Select(name => columns[name].Use == ColumnUse.Numeric
            ? BlockViewColumn.Of(columns[name]) : SeriesColumns.Texts(file, name, schema.Missing)));
        return new SeriesChoice(
            group, order, statics, [.. variables.Select(variable => variable.Name)], new BlockView(seen, file), table.Formats);

        bool IsOther(string name) => name != group && name != order && !statics.Contains(name, StringComparer.Ordinal);
    }

    /// <summary>What the columns are. A column of times that looks like keys is one of numbers, and one of pixels that looks like boxes to
    /// tick is one of categories.</summary>
    private static BlockTable Infer(CsvBlocks file, SchemaOptions schema, string order, Func<string, bool> isOther, Display display)
    {
        List<string> warnings = [];
        var table = BlockTable.Infer(file, schema, warnings.Add);
        bool hasTimes = table.Columns.First(column => column.Name == order).Use == ColumnUse.Numeric;
        string[] ticked = PixelColumns.Of([.. table.Columns.Where(column => isOther(column.Name))]).Ticked;
        if (!hasTimes || ticked.Length > 0)
        {
            warnings.Clear();
            SchemaOptions told = schema with
            {
                Numeric = hasTimes ? schema.Numeric : [.. schema.Numeric, order],
                Categorical = [.. schema.Categorical, .. ticked],
            };
            table = BlockTable.Infer(file, told, warnings.Add);
        }

        warnings.ForEach(display.Warn);
        return table;
    }

    // A category takes a number of its own in the model, and a date grows with time: where nothing of them is to be filled, they tell
    // others too little for what they cost.
    private static bool IsVariable(ColumnFinding column, SeriesUse use)
    {
        bool mayBeFilled = column.Missing > 0 || use == SeriesUse.AnyOfModel;
        return column.Use switch
        {
            ColumnUse.Numeric => mayBeFilled || column.Format?.Entry?.Role is not (ColumnRole.Date or ColumnRole.Timestamp),
            ColumnUse.Categorical => mayBeFilled && use != SeriesUse.Numbers,
            _ => false,
        };
    }
}
