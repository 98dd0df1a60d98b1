using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A file that is read in blocks, and what its columns are to a model that learns from it.</summary>
/// <remarks>
/// What a column is, is found out from its cells (<see cref="TableProfiler"/>) or told by the user. Numbers, amounts, dates, times and
/// durations are numbers to the model; yes and no, categories and codes are categories; keys, names, addresses and free text are left
/// out. A column without any value is left as it is.
/// </remarks>
internal sealed class BlockTable
{
    private const int FewCategories = 20;

    private Dictionary<int, CategorySpellings>? _spellings;

    private BlockTable(CsvBlocks file, IReadOnlyList<ColumnFinding> columns)
    {
        File = file;
        Columns = columns;
    }

    /// <summary>The file.</summary>
    public CsvBlocks File { get; }

    /// <summary>The file's name, for messages.</summary>
    public string Path => File.Path;

    /// <summary>How many rows there are.</summary>
    public long RowCount => File.RowCount;

    /// <summary>A column for each of the file's.</summary>
    public IReadOnlyList<ColumnFinding> Columns { get; }

    /// <summary>The columns that a model can use.</summary>
    public IEnumerable<ColumnFinding> UsedColumns => Columns.Where(column => column.Use != ColumnUse.None);

    /// <summary>How the columns write their numbers, by name.</summary>
    public IReadOnlyDictionary<string, CellFormat> Formats => UsedColumns
        .Where(column => column.Format is not null)
        .ToDictionary(column => column.Name, column => column.Format!, StringComparer.Ordinal);

    /// <summary>Finds out what each column is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="warn">Told, in a sentence, of what the user may want to know.</param>
    /// <exception cref="InputException">A column that does not exist; a cell that is no number where one must be.</exception>
    public static BlockTable Infer(CsvBlocks file, SchemaOptions options, Action<string> warn) =>
        new(file, new TableSurvey(file.Path, file.ColumnNames, file.Read, options).Find(warn));

    /// <summary>Takes the columns for what a model was trained on, and leaves all others out.</summary>
    /// <param name="file">The file.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="model">Names of the model's columns, and how those of numbers are written; null for categories.</param>
    /// <param name="modelPath">Name of the model's file, for messages.</param>
    /// <exception cref="InputException">The file lacks one of the model's columns, or a cell is no number where one must be.</exception>
    public static BlockTable ForModel(
        CsvBlocks file, MissingMarks missing, IReadOnlyDictionary<string, CellFormat?> model, string modelPath) =>
        WithColumns(file, missing, model, $"the model {modelPath}");

    /// <summary>Takes the columns for what those of another file are, and leaves all others out.</summary>
    /// <param name="file">The file.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="other">The other file.</param>
    /// <exception cref="InputException">The file lacks one of the other's columns, or a cell is no number where one must be.</exception>
    public static BlockTable Like(CsvBlocks file, MissingMarks missing, BlockTable other) => WithColumns(
        file, missing, other.UsedColumns.ToDictionary(column => column.Name, column => column.Format, StringComparer.Ordinal), other.Path,
        other.UsedColumns.Where(column => column.Merged is not null)
            .ToDictionary(column => column.Name, column => column.Merged!, StringComparer.Ordinal));

    /// <summary>The same file with a column of a few whole numbers, such as 0 and 1, taken for classes; any other is left as it
    /// is.</summary>
    /// <param name="name">The column.</param>
    /// <param name="missing">What stands for a missing value.</param>
    public BlockTable WithClasses(string name, MissingMarks missing)
    {
        ColumnFinding[] columns = [.. Columns];
        int i = Array.FindIndex(columns, column => column.Name == name && column.Use == ColumnUse.Numeric);
        if (i < 0 || !HasFewWholeNumbers(columns[i]))
            return this;
        columns[i] = new ColumnFinding(i, name, ColumnUse.Categorical, missing) { Missing = columns[i].Missing };
        return new BlockTable(File, columns);
    }

    /// <summary>How the file spells the categories of a column; the first call goes through the file.</summary>
    public CategorySpellings SpellingsOf(ColumnFinding column)
    {
        if (_spellings is null)
        {
            _spellings = UsedColumns
                .Where(one => one.Use == ColumnUse.Categorical)
                .ToDictionary(one => one.Index, one => new CategorySpellings(one));
            CategorySpellings[] spellings = [.. _spellings.Values];
            foreach (CsvDocument block in File.Read())
                ParallelLoop.Run(spellings.Length, i => spellings[i].Look(block));
        }

        return _spellings[column.Index];
    }

    /// <summary>The columns that a model can use, as a view that reads the file anew for every cursor; one at a time.</summary>
    public IDataView ToView() => new BlockView([.. UsedColumns.Select(BlockViewColumn.Of)], File);

    private static BlockTable WithColumns(
        CsvBlocks file, MissingMarks missing, IReadOnlyDictionary<string, CellFormat?> formats, string origin,
        IReadOnlyDictionary<string, MergedSpellings>? merged = null)
    {
        string[] absent = [.. formats.Keys.Where(name => !file.ColumnNames.Contains(name, StringComparer.Ordinal))];
        if (absent.Length > 0)
        {
            throw new InputException(
                $"{file.Path} lacks {(absent.Length == 1 ? "column" : "columns")} {string.Join(", ", absent)} of {origin}; a file with " +
                $"the columns {string.Join(", ", formats.Keys)} was expected.");
        }

        // A key that the model does not know is made anew, so its pattern must be known.
        IReadOnlyList<ColumnProfile>? profiles = file.ColumnNames.All(formats.ContainsKey)
            ? null
            : new TableSurvey(file.Path, file.ColumnNames, file.Read, new SchemaOptions(missing, [], [])).Profile();
        ColumnCandidate[] candidates = [.. file.ColumnNames.Select(Candidate)];
        foreach (CsvDocument block in file.Read())
            ParallelLoop.Run(candidates.Length, i => candidates[i].Look(block));
        return new BlockTable(file, [.. candidates.Select(candidate => candidate.ToFinding())]);

        ColumnCandidate Candidate(string name, int i) =>
            !formats.TryGetValue(name, out CellFormat? format)
                ? new ColumnCandidate.Texts(i, name, missing, ColumnUse.None, [], profiles![i])
            : merged?.GetValueOrDefault(name) is { } spellings
                ? new ColumnCandidate.Texts(i, name, missing, ColumnUse.Categorical, [], merged: spellings)
            : format is null ? new ColumnCandidate.Texts(i, name, missing, ColumnUse.Categorical, [])
            : new ColumnCandidate.Known(i, name, missing, format, origin);
    }

    private bool HasFewWholeNumbers(ColumnFinding column)
    {
        HashSet<double> values = [];
        foreach (CsvDocument block in File.Read())
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                double value = column.Number(block, row);
                if (!double.IsNaN(value) && values.Add(value) && (values.Count > FewCategories || value != Math.Floor(value)))
                    return false;
            }
        }

        return true;
    }
}
