using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>What the searches for relations share: a sample of the rows to look for them, all rows to verify what was found.</summary>
internal sealed class RelationSearch
{
    /// <summary>The fewest rows that speak for a relation.</summary>
    public const int FewestRows = 30;

    /// <summary>How unlikely a relation must be by chance: e^-25, so that among 10^8 candidates none is expected.</summary>
    public const double Evidence = 25;

    /// <summary>The most columns among which pairs are looked for: the first ones.</summary>
    public const int MostColumns = 300;

    // So many looks at cells are free, about a second: a clock that runs while others compute says nothing about the table. What most
    // tables ask for is far less, so that they lose no relation to a limit.
    private const long FreeWork = 200_000_000;

    private const int SampleSize = 2000;
    private const double MostHidden = 0.01;
    private const ulong SampleSeed = 0x52454C4154494F4E;

    private readonly ITableRows _table;
    private readonly TrainingDeadline _deadline;
    private readonly CancellationToken _cancel;
    private readonly HashSet<(int, int)> _equal = [];
    private long _work;

    private RelationSearch(ITableRows table, TrainingDeadline deadline, CancellationToken cancel)
    {
        (_table, _deadline, _cancel) = (table, deadline, cancel);
        Lattices = [.. Enumerable.Range(0, table.Columns.Count).Select(column => ColumnLattice.Of(table, column))];
        int[] rows = new int[table.RowCount];
        if (rows.Length > SampleSize)
            new Philox(SampleSeed).Permutation(rows);
        else
            rows = [.. Enumerable.Range(0, rows.Length)];
        rows = rows[..Math.Min(rows.Length, SampleSize)];
        Sample = [.. table.Columns.Select((description, column) => Array.ConvertAll(rows, row => Cell(description, table[row, column])))];
        Numbers = [.. Enumerable.Range(0, Lattices.Length).Where(column => !Lattices[column].IsCategory
            && Lattices[column].Distinct >= 2).Take(MostColumns)];
    }

    public IReadOnlyList<TableColumn> Columns => _table.Columns;

    public int RowCount => _table.RowCount;

    public ColumnLattice[] Lattices { get; }

    /// <summary>The cells of the sample, column after column; NaN is missing.</summary>
    public double[][] Sample { get; }

    /// <summary>The first columns of numbers that are not constant.</summary>
    public int[] Numbers { get; }

    public List<Relation> Found { get; } = [];

    /// <summary>Whether a search ended before it had looked at everything.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The rows that a search by the sample looks at.</summary>
    public int SampleRows => Sample.Length == 0 ? 0 : Sample[0].Length;

    /// <summary>All relations of a table, and whether there was no time to look for more.</summary>
    public static (List<Relation> Found, ColumnLattice[] Lattices, bool IsCutOff) Run(
        ITableRows table, TrainingDeadline deadline, CancellationToken cancel)
    {
        RelationSearch search = new(table, deadline, cancel);
        if (table.RowCount >= FewestRows)
        {
            PairSearch.Run(search);
            ExactSumSearch.Run(search);
            // What takes the square of the columns before what takes their cube: a limit costs as little as it can.
            OrderSearch.Run(search);
            DependencySearch.Run(search);
            MissingSearch.Run(search);
            CalendarSearch.Run(search);
            SumSearch.Run(search);
            TripleSearch.Run(search);
        }
        return ([.. search.Found.OrderBy(Rank)], search.Lattices, search.IsCutOff);
    }

    /// <summary>A cell of the whole table; NaN is missing.</summary>
    public double Cell(int row, int column) => Cell(_table.Columns[column], _table[row, column]);

    /// <summary>Whether there is time to look for more.</summary>
    /// <param name="looks">At how many cells is looked next, at most: the first are free, whatever the time.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public bool GoesOn(long looks)
    {
        _cancel.ThrowIfCancellationRequested();
        _work += looks;
        bool goesOn = _work <= FreeWork || !_deadline.IsOver;
        IsCutOff |= !goesOn;
        return goesOn;
    }

    /// <summary>Whether rounding by so much hides what a column's numbers differ by.</summary>
    public bool Hides(double rounding, int column) => rounding > MostHidden * Lattices[column].Deviation;

    /// <summary>Whether any of the columns is of single precision with all its digits.</summary>
    public bool IsSingle(params ReadOnlySpan<int> columns)
    {
        foreach (int column in columns)
        {
            if (Lattices[column].IsSingle && Lattices[column].Decimals is < 0 or > 0)
                return true;
        }
        return false;
    }

    /// <summary>Half of a column's unit, and the rounding of numbers of the size of the columns.</summary>
    public double HalfUnit(int column) => Lattices[column].Unit * .5 * (1 + 1e-6);

    /// <summary>Marks two columns of which one is computed from the other.</summary>
    public void Link(int a, int b)
    {
        _equal.Add((a, b));
        _equal.Add((b, a));
    }

    public bool AreLinked(int a, int b) => _equal.Contains((a, b));

    /// <summary>Keeps a comparison that holds in all rows, of which there are enough.</summary>
    public bool Keep(ComparisonRelation relation)
    {
        int support = RelationCheck.Support(_table, relation, out _);
        if (support < FewestRows)
            return false;
        _work += RowCount;
        Found.Add(relation.WithSupport(support));
        return true;
    }

    /// <summary>Keeps an equation in place of one that was found before and says less; false where it does not hold.</summary>
    public bool Replace(Relation former, ComparisonRelation relation)
    {
        if (!Keep(relation))
            return false;
        Found.Remove(former);
        return true;
    }

    // The order in which relations are told and tried, whatever the order in which they are looked for: a sum before its bounds.
    private static int Rank(Relation relation) => relation.Kind switch
    {
        RelationKind.Equality => -2,
        RelationKind.Calendar => -1,
        _ => (int)relation.Kind,
    };

    private static double Cell(TableColumn column, double value) => column.Holds(value) && double.IsFinite(value) ? value : double.NaN;
}
