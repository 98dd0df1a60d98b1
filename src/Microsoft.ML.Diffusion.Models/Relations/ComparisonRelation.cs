using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Two terms and a comparison: <c>total = price * qty</c>, <c>start &lt;= end</c>, <c>paid >= 0</c>.</summary>
internal sealed class ComparisonRelation : Relation
{
    public const byte Tag = 1;

    private readonly Expression _left, _right;
    private readonly Comparison _comparison;
    private readonly double _tolerance, _relative;
    private readonly int[] _solvable;

    private ComparisonRelation(
        RelationKind kind, string text, int[] columns, Expression left, Comparison comparison, Expression right, double tolerance,
            double relative, int support)
        : base(kind, text, columns, support)
    {
        (_left, _comparison, _right, _tolerance, _relative) = (left, comparison, right, tolerance, relative);
        _solvable = [.. columns.Where(column => left.Count(column) + right.Count(column) == 1)];
    }

    /// <param name="columns">The table's columns.</param>
    /// <param name="left">The term before the sign.</param>
    /// <param name="comparison">The sign.</param>
    /// <param name="right">The term behind it.</param>
    /// <param name="tolerance">How far equal sides may be apart, beside the rounding of numbers.</param>
    /// <param name="isSingle">Whether cells are of single precision.</param>
    /// <param name="support">The rows that were looked at.</param>
    public static ComparisonRelation Create(
        IReadOnlyList<TableColumn> columns, Expression left, Comparison comparison, Expression right, double tolerance, bool isSingle,
            int support = 0) =>
        Create(columns, left, comparison, right, tolerance, isSingle ? 5e-7 : 1e-9, support);

    private static ComparisonRelation Create(
        IReadOnlyList<TableColumn> columns, Expression left, Comparison comparison, Expression right, double tolerance, double relative,
            int support)
    {
        SortedSet<int> places = [];
        left.Collect(places);
        right.Collect(places);
        RelationKind kind = comparison == Comparison.Equal ? RelationKind.Equality : places.Count == 1 ? RelationKind.Sign
            : RelationKind.Order;
        string sign = comparison switch
        {
            Comparison.Equal => "=",
            Comparison.LessOrEqual => "<=",
            Comparison.Less => "<",
            Comparison.GreaterOrEqual => ">=",
            _ => ">",
        };
        return new(kind, $"{left.Format(columns)} {sign} {right.Format(columns)}", [.. places], left, comparison, right, tolerance,
            relative, support);
    }

    public ComparisonRelation WithSupport(int support) =>
        new(Kind, Text, Places, _left, _comparison, _right, _tolerance, _relative, support);

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row)
    {
        double left = _left.Evaluate(row), right = _right.Evaluate(row);
        // A number divided by 0 is nothing that compares with another; a cell that is missing satisfies every relation.
        if (!double.IsFinite(left) || !double.IsFinite(right))
            return !HasNumbers(row);
        switch (_comparison)
        {
            case Comparison.LessOrEqual:
                return !(left > right + Slack(row));
            case Comparison.Less:
                return !(left >= right);
            case Comparison.GreaterOrEqual:
                return !(left < right - Slack(row));
            case Comparison.Greater:
                return !(left <= right);
            default:
                double difference = Math.Abs(left - right);
                return difference <= _tolerance || difference <= _tolerance + (
                    _relative * LargestCell(row, Math.Max(Math.Abs(left), Math.Abs(right))));
        }
    }

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        double[] tried = row.ToArray();
        bool isEasy = false;
        foreach (int column in _solvable)
        {
            if (isFixed[column] || !TryPlace(context.Lattices[column], tried, column, out double value))
                continue;
            double strangeness = context.Strangeness(column, Places);
            context.Changes.Add(new Change(column, value, context.Distance(column, row[column], value) + strangeness));
            isEasy |= strangeness == 0 && context.Lattices[column].IsInRange(value);
        }
        if (_comparison == Comparison.Equal && !isEasy)
            SuggestTwo(context, tried, isFixed);
        (int a, int b) = (_left.Column, _right.Column);
        if (_comparison == Comparison.Equal || a < 0 || b < 0 || isFixed[a] || isFixed[b]
            || context.Strangeness(a, Places) + context.Strangeness(b, Places) > 0)
            return;
        // Two cells in the wrong order: to swap them leaves no heap of equal pairs.
        (tried[a], tried[b]) = (row[b], row[a]);
        if (Holds(tried))
            context.Changes.Add(new Change(a, row[b], Math.Min(context.Distance(a, row[a], row[b]),
                context.Distance(b, row[b], row[a])) / 2, b, row[a]));
    }

    // No one cell in its range satisfies the equation: of total = price * qty, the price that comes nearest, and then its total.
    private void SuggestTwo(RepairContext context, double[] row, ReadOnlySpan<bool> isFixed)
    {
        int computed = _left.Column >= 0 ? _left.Column : _right.Column;
        if (computed < 0 || isFixed[computed])
            return;
        foreach (int column in _solvable)
        {
            ColumnLattice lattice = context.Lattices[column];
            double exact = Array.IndexOf(_solvable, computed) < 0 || column == computed || isFixed[column] || lattice.IsCategory
                || context.Strangeness(column, Places) > 0
                ? double.NaN : SolveFor(column, row);
            if (!double.IsFinite(exact))
                continue;
            double before = row[column];
            foreach (double candidate in (ReadOnlySpan<double>)[exact, exact - lattice.Unit, exact + lattice.Unit])
            {
                row[column] = Math.Clamp(lattice.Snap(candidate), lattice.Minimum, lattice.Maximum);
                if (!TryPlace(context.Lattices[computed], row, computed, out double value) || !context.Lattices[computed].IsInRange(value))
                    continue;
                double cost = context.Distance(column, before, row[column]) + context.Distance(computed, row[computed], value);
                context.Changes.Add(new Change(column, row[column], cost, computed, value));
                break;
            }
            row[column] = before;
        }
    }

    private double SolveFor(int column, ReadOnlySpan<double> row) => _left.Count(column) > 0
        ? _left.Solve(column, _right.Evaluate(row), row)
        : _right.Solve(column, _left.Evaluate(row), row);

    /// <summary>Whether both sides of an equation are the same number, and not only by the rounding of a column.</summary>
    public bool IsExact(ReadOnlySpan<double> row)
    {
        double difference = Math.Abs(_left.Evaluate(row) - _right.Evaluate(row));
        return !(difference > (1e-3 * _tolerance) + (_relative * LargestCell(row, 0)));
    }

    /// <inheritdoc/>
    internal override bool TryDetermine(IReadOnlyList<ColumnLattice> lattices, Span<double> row, int column, out double value)
    {
        value = double.NaN;
        if (_comparison != Comparison.Equal || Array.IndexOf(_solvable, column) < 0)
            return false;
        foreach (int other in Places)
        {
            if (other != column && double.IsNaN(row[other]))
                return false;
        }
        return TryPlace(lattices[column], row, column, out value);
    }

    // The value for a cell with which the relation holds, with the column's decimals; the row is left as it was.
    private bool TryPlace(ColumnLattice lattice, Span<double> row, int column, out double value)
    {
        value = _left.Count(column) > 0
            ? _left.Solve(column, _right.Evaluate(row), row)
            : _right.Solve(column, _left.Evaluate(row), row);
        if (!double.IsFinite(value))
            return false;
        double before = row[column];
        double step = lattice.Unit > 0 ? lattice.Unit : Math.Max(Math.Abs(value) * 1e-6, 1e-12);
        double exact = lattice.Snap(value);
        double below = lattice.Decimals < 0 ? value - step : exact > value ? exact - step : exact;
        foreach (double candidate in (ReadOnlySpan<double>)[exact, lattice.Snap(below), lattice.Snap(below + step),
            lattice.Snap(exact - step), lattice.Snap(exact + step)])
        {
            row[column] = candidate;
            if (!double.IsFinite(candidate) || !Holds(row))
                continue;
            row[column] = before;
            value = candidate;
            return true;
        }
        row[column] = before;
        return false;
    }

    // An infinite cell is as good as missing, as it is where relations are looked for.
    private bool HasNumbers(ReadOnlySpan<double> row)
    {
        foreach (int column in Places)
        {
            if (!double.IsFinite(row[column]))
                return false;
        }
        return true;
    }

    private double Slack(ReadOnlySpan<double> row) =>
        // Bare cells compare exactly; sums and products carry the rounding of their parts.
        _left.Depth + _right.Depth == 2 ? 0 : 1e-9 * LargestCell(row, 0);

    private double LargestCell(ReadOnlySpan<double> row, double largest)
    {
        foreach (int column in Places)
            largest = Math.Max(largest, Math.Abs(row[column]));
        return largest;
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write(Support);
        writer.Write((byte)_comparison);
        writer.Write(_tolerance);
        writer.Write(_relative);
        _left.Save(writer);
        _right.Save(writer);
    }

    internal static ComparisonRelation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, int support)
    {
        byte comparison = reader.ReadByte();
        double tolerance = reader.ReadDouble(), relative = reader.ReadDouble();
        if (comparison > (byte)Comparison.Greater || !(tolerance >= 0) || !(relative >= 0) || !double.IsFinite(tolerance + relative))
            throw new InvalidDataException("The saved relations are damaged: a comparison makes no sense.");
        Expression left = Expression.Load(reader, columns.Count);
        Expression right = Expression.Load(reader, columns.Count);
        return Create(columns, left, (Comparison)comparison, right, tolerance, relative, support);
    }
}
