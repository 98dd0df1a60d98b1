using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>One column of a file: what it is, which cells are missing, and the values of the others.</summary>
internal sealed class CsvColumn
{
    private readonly double[]? _numbers;
    private readonly int[]? _codes;
    private readonly List<string>? _categories;
    private readonly List<byte[]>? _spellings;
    private readonly Dictionary<string, int>? _codeOf;
    private readonly HashSet<int> _marked;

    // A cell that says "NA" or the like, which the user has not named: nothing is learnt from it, and it stays.
    private const int MarkedCode = -2;

    private CsvColumn(int index, string name, ColumnUse use, HashSet<int>? marked = null)
    {
        _marked = marked ?? [];
        Index = index;
        Name = name;
        Use = use;
    }

    private CsvColumn(int index, string name, double[] numbers, NumberFormat format, HashSet<int>? marked)
        : this(index, name, ColumnUse.Numeric, marked)
    {
        _numbers = numbers;
        Format = format;
    }

    private CsvColumn(int index, string name, int[] codes, Dictionary<string, int> codeOf, List<string> categories, List<byte[]> spellings)
        : this(index, name, ColumnUse.Categorical)
    {
        _codes = codes;
        _codeOf = codeOf;
        _categories = categories;
        _spellings = spellings;
    }

    /// <summary>Place in the file, counted from 0.</summary>
    public int Index { get; }

    /// <summary>Name from the header.</summary>
    public string Name { get; }

    /// <summary>What the column is to the model.</summary>
    public ColumnUse Use { get; }

    /// <summary>Cells that are empty and stay so, of a column that the model does not see.</summary>
    public int EmptyCells { get; private init; }

    /// <summary>What was found out about the column; null where nothing was looked at.</summary>
    public ColumnProfile? Profile { get; init; }

    /// <summary>How the column writes numbers; null for other columns.</summary>
    public NumberFormat? Format { get; }

    /// <summary>The different texts of a categorical column in the order of their first rows; empty for others.</summary>
    public IReadOnlyList<string> Categories => _categories ?? [];

    private bool EscapesByBackslash { get; init; }

    /// <summary>A column that the model shall not see.</summary>
    /// <param name="index">Place in the file, counted from 0.</param>
    /// <param name="name">Name from the header.</param>
    /// <param name="emptyCells">How many of its cells are empty, and stay so.</param>
    /// <param name="profile">What was found out about it, where that was looked at.</param>
    public static CsvColumn Unused(int index, string name, int emptyCells = 0, ColumnProfile? profile = null) =>
        new(index, name, ColumnUse.None) { EmptyCells = emptyCells, Profile = profile };

    /// <summary>A column of numbers, NaN where missing.</summary>
    /// <param name="index">Place in the file, counted from 0.</param>
    /// <param name="name">Name from the header.</param>
    /// <param name="numbers">The number of each row.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="marked">Rows whose cell says in a word that it is missing and stays as it is; null for none.</param>
    public static CsvColumn Numeric(int index, string name, double[] numbers, NumberFormat format, HashSet<int>? marked = null) =>
        new(index, name, numbers, format, marked);

    /// <summary>Reads a column of categories.</summary>
    public static CsvColumn Categorical(CsvDocument document, int index, MissingMarks marks, IReadOnlySet<string>? keptMarks = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(marks);
        var codes = new int[document.RowCount];
        var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var categories = new List<string>();
        var spellings = new List<byte[]>();
        for (int row = 0; row < codes.Length; row++)
        {
            if (marks.IsMissing(document, row, index))
            {
                codes[row] = -1;
                continue;
            }

            string text = document.Text(row, index);
            if (keptMarks?.Contains(text) == true)
            {
                codes[row] = MarkedCode;
                continue;
            }

            if (!codeOf.TryGetValue(text, out int code))
            {
                code = categories.Count;
                codeOf.Add(text, code);
                categories.Add(text);
                spellings.Add(CsvCell.Spelling(document.Raw(row, index), document.Separator, document.EscapesByBackslash));
            }

            codes[row] = code;
        }

        return new CsvColumn(index, document.ColumnNames[index], codes, codeOf, categories, spellings) { EscapesByBackslash = document.EscapesByBackslash };
    }

    /// <summary>Whether the cell holds no value that the model could use.</summary>
    public bool IsMissing(int row) => Use switch
    {
        ColumnUse.Numeric => double.IsNaN(_numbers![row]) && !_marked.Contains(row),
        ColumnUse.Categorical => _codes![row] == -1,
        _ => false,
    };

    /// <summary>The value of a cell of a numeric column, NaN where missing.</summary>
    public double Number(int row) => _numbers![row];

    /// <summary>The category of a cell of a categorical column, empty where missing.</summary>
    public string Category(int row) => _codes![row] < 0 ? string.Empty : _categories![_codes[row]];

    /// <summary>How many cells are missing.</summary>
    public int CountMissing()
    {
        int rows = (_numbers?.Length ?? _codes?.Length) ?? 0;
        int missing = 0;
        for (int row = 0; row < rows; row++)
            missing += IsMissing(row) ? 1 : 0;
        return missing;
    }

    /// <summary>A category as the file spells it, quotes included; in quotes where needed when the file has none.</summary>
    public byte[] Spell(string category, char separator)
    {
        ArgumentNullException.ThrowIfNull(category);
        return _codeOf!.TryGetValue(category, out int code) ? _spellings![code] : CsvCell.Encode(category, separator, EscapesByBackslash);
    }
}
