using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A file and what its columns are.</summary>
/// <remarks>
/// What a column is, is found out from its cells (<see cref="TableProfiler"/>) or told by the user. Numbers, amounts, dates, times and
/// durations are numbers to the model; yes and no, categories and codes are categories; keys, names, addresses and free text are left
/// out. A column without any value is left as it is.
/// </remarks>
internal sealed class CsvTable
{
    private const int FewCategories = 20;

    private CsvTable(CsvDocument document, CsvColumn[] columns)
    {
        Document = document;
        Columns = columns;
    }

    /// <summary>The file.</summary>
    public CsvDocument Document { get; }

    /// <summary>A column for each of the file's.</summary>
    public IReadOnlyList<CsvColumn> Columns { get; }

    /// <summary>The columns that a model can use.</summary>
    public IEnumerable<CsvColumn> UsedColumns => Columns.Where(c => c.Use != ColumnUse.None);

    /// <summary>Finds out what each column is.</summary>
    /// <param name="document">The file.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="warn">Told, in a sentence, of what the user may want to know.</param>
    /// <exception cref="InputException">A column that does not exist; a cell that is no number where one must be.</exception>
    public static CsvTable Infer(CsvDocument document, SchemaOptions options, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(warn);
        var survey = new TableSurvey(document.Path, document.ColumnNames, () => [document], options);
        return new CsvTable(document, [.. survey.Find(warn).Select(finding => finding.ToColumn(document))]);
    }

    /// <summary>The same file with a column of a few whole numbers, such as 0 and 1, taken for classes; any other is left as it
    /// is.</summary>
    /// <param name="name">The column.</param>
    /// <param name="missing">What stands for a missing value.</param>
    public CsvTable WithClasses(string name, MissingMarks missing)
    {
        CsvColumn[] columns = [.. Columns];
        int i = Array.FindIndex(columns, column => column.Name == name && column.Use == ColumnUse.Numeric);
        if (i < 0)
            return this;
        double[] values = [.. Enumerable.Range(0, Document.RowCount).Select(columns[i].Number).Where(value => !double.IsNaN(value)).Distinct()];
        if (values.Length > FewCategories || values.Any(value => value != Math.Floor(value)))
            return this;
        columns[i] = CsvColumn.Categorical(Document, i, missing);
        return new CsvTable(Document, columns);
    }

    /// <summary>Takes the columns for what a model was trained on, and leaves all others out.</summary>
    /// <param name="document">The file.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="model">Names of the model's columns, and how those of numbers are written; null for categories.</param>
    /// <param name="modelPath">Name of the model's file, for messages.</param>
    /// <exception cref="InputException">The file lacks one of the model's columns, or a cell is no number where one must be.</exception>
    public static CsvTable ForModel(CsvDocument document, MissingMarks missing, IReadOnlyDictionary<string, NumberFormat?> model, string modelPath)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(model);
        string[] absent = [.. model.Keys.Where(name => !document.ColumnNames.Contains(name, StringComparer.Ordinal))];
        if (absent.Length > 0)
            throw new InputException($"{document.Path} lacks {(absent.Length == 1 ? "column" : "columns")} {string.Join(", ", absent)} of the model {modelPath}; a file with the columns {string.Join(", ", model.Keys)} was expected.");
        return WithColumns(document, missing, model, $"the model {modelPath}");
    }

    /// <summary>Takes the columns for what those of another file are, and leaves all others out.</summary>
    /// <param name="document">The file.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="other">The other file.</param>
    /// <exception cref="InputException">The file lacks one of the other's columns, or a cell is no number where one must be.</exception>
    public static CsvTable Like(CsvDocument document, MissingMarks missing, CsvTable other)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(other);
        string[] names = [.. other.UsedColumns.Select(c => c.Name)];
        string[] absent = [.. names.Where(name => !document.ColumnNames.Contains(name, StringComparer.Ordinal))];
        if (absent.Length > 0)
            throw new InputException($"{document.Path} lacks {(absent.Length == 1 ? "column" : "columns")} {string.Join(", ", absent)} of {other.Document.Path}; a file with the columns {string.Join(", ", names)} was expected.");
        return WithColumns(document, missing, other.UsedColumns.ToDictionary(c => c.Name, c => c.Format, StringComparer.Ordinal), other.Document.Path);
    }

    private static CsvTable WithColumns(CsvDocument document, MissingMarks missing, IReadOnlyDictionary<string, NumberFormat?> formats, string origin)
    {
        // A key that the model does not know is made anew, so its pattern must be known.
        IReadOnlyList<ColumnProfile>? profiles = document.ColumnNames.All(formats.ContainsKey)
            ? null
            : new TableSurvey(document.Path, document.ColumnNames, () => [document], new SchemaOptions(missing, [], [])).Profile();
        var columns = new CsvColumn[document.ColumnCount];
        for (int i = 0; i < columns.Length; i++)
        {
            string name = document.ColumnNames[i];
            columns[i] = !formats.TryGetValue(name, out NumberFormat? format)
                ? CsvColumn.Unused(i, name, missing.Count(document, i), profiles![i])
                : format is null ? CsvColumn.Categorical(document, i, missing)
                : Numeric(document, i, missing, format, origin);
        }

        return new CsvTable(document, columns);
    }

    private static CsvColumn Numeric(CsvDocument document, int index, MissingMarks missing, NumberFormat format, string origin)
    {
        string name = document.ColumnNames[index];
        string what = format.Entry is { } entry ? entry.Role.ToName() : "numbers";
        var plain = new NumberModelColumn(index, name, missing, format.Marks ?? [], format, $"{origin} has it as a column of {what}");
        CodedModelColumn? coded = format.Entry is null ? null
            : new CodedModelColumn(index, name, missing, format.Entry.MissingMarks, format, $"{origin} has it as a column of {what}");
        ModelColumn column = (ModelColumn?)coded ?? plain;
        column.Look(document);
        return column.Refusal is { } refusal ? throw refusal
            : new ColumnFinding(index, name, ColumnUse.Numeric, missing) { Format = coded?.Own ?? plain.Own, Numbers = column }.ToColumn(document);
    }
}
