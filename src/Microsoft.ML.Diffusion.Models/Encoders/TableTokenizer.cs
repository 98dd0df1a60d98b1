using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Turns rows of a table into rows of tokens and back. Fitted on observed cells.</summary>
/// <remarks>Only columns that vary have tokens; the others hold their one value, or nothing where none was observed.</remarks>
internal sealed class TableTokenizer
{
    private readonly double[] _constants;

    private TableTokenizer(IReadOnlyList<TableColumn> columns, double[] constants, TokenColumn[] encoded)
    {
        Columns = columns;
        _constants = constants;
        Encoded = encoded;
        SlotCount = encoded.Sum(column => column.Count);
        Groups = ColumnGroups.FromLengths(0, [.. encoded.Select(column => column.Count)]);
    }

    /// <summary>The columns of the table.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The columns that have tokens, in the table's order.</summary>
    public TokenColumn[] Encoded { get; }

    /// <summary>The number of tokens of all columns together.</summary>
    public int SlotCount { get; }

    /// <summary>The slots of each column: one for each token.</summary>
    public ColumnGroups Groups { get; }

    /// <summary>What a column of the table without tokens holds.</summary>
    public double Constant(int column) => _constants[column];

    /// <param name="table">The table.</param>
    /// <param name="bins">How many bins a continuous number has.</param>
    /// <param name="warnings">Receives a sentence for every column that cannot be learned or only in part.</param>
    public static TableTokenizer Fit(Table table, int bins, ICollection<string> warnings)
    {
        double[] constants = new double[table.Columns.Count];
        List<TokenColumn> encoded = [];
        for (int i = 0; i < constants.Length; i++)
        {
            TableColumn column = table.Columns[i];
            ColumnSummary summary = ColumnSummary.Of(table, i);
            constants[i] = summary.BestGuess;
            if (summary.Observed == 0)
            {
                warnings.Add($"Column '{column.Name}' has no observed value; it stays missing.");
                continue;
            }
            bool hasMissing = summary.Observed < table.RowCount;
            if (summary.IsConstant && !hasMissing)
                continue;
            encoded.Add(column.Kind == ColumnKind.Numeric
                ? NumberTokens.Fit(i, Observed(table, i), hasMissing, bins)
                : CategoryTokens.Fit(i, summary, hasMissing));
        }
        return new TableTokenizer(table.Columns, constants, [.. encoded]);
    }

    /// <summary>The tokens of all rows, row after row; -1 for a cell that holds nothing the model knows.</summary>
    public int[] Encode(Table table)
    {
        int[] tokens = new int[checked(table.RowCount * Encoded.Length)];
        for (int row = 0; row < table.RowCount; row++)
        {
            for (int i = 0; i < Encoded.Length; i++)
            {
                double value = table[row, Encoded[i].Source];
                bool holds = Columns[Encoded[i].Source].Holds(value);
                tokens[row * Encoded.Length + i] = holds ? Encoded[i].TokenOf(value) : Encoded[i].MissingToken;
            }
        }
        return tokens;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        for (int i = 0; i < Columns.Count; i++)
        {
            Columns[i].Save(writer);
            writer.Write(_constants[i]);
        }
        writer.Write(Encoded.Length);
        foreach (TokenColumn column in Encoded)
            column.Save(writer);
    }

    public static TableTokenizer Load(BinaryReader reader)
    {
        (TableColumn[] columns, double[] constants) = TableEncoder.ReadColumns(reader);
        TokenColumn[] encoded = reader.ReadItems(sizeof(int) + 2, "columns with tokens", reader => TokenColumn.Load(reader, columns));
        CheckedReading.Require(
            CheckedReading.Ascend([.. encoded.Select(column => column.Source)]), "the columns with tokens are not in order");
        return new TableTokenizer(columns, constants, encoded);
    }

    private static double[] Observed(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(value => !double.IsNaN(value))];
}
