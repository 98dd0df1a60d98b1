using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Hides observed cells of a table on purpose ("amputation", van Buuren), so that what an imputer makes of them
/// can be measured.</summary>
public static class Amputer
{
    // The share of columns that drive MAR and MNAR, as in Muzellec et al. 2020 and the benchmarks that followed.
    private const double DrivingShare = 0.3;

    private enum Stream : ulong
    {
        Cells = 1,
        DrivingColumns,
        Weights,
        DrivingCells,
    }

    /// <summary>A copy of a table with more cells missing. Cells that are missing already stay so and are not counted.</summary>
    /// <param name="table">The table; left as it is.</param>
    /// <param name="mechanism">Why cells go missing.</param>
    /// <param name="rate">The share of cells to hide, 0 to 1.</param>
    /// <param name="seed">The same seed hides the same cells.</param>
    /// <returns>The table with hidden cells set to NaN.</returns>
    /// <exception cref="ArgumentException">The mechanism needs two columns and the table has one.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    public static Table Ampute(Table table, MissingnessMechanism mechanism, double rate, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!(rate >= 0 && rate <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of cells to hide must lie between 0 and 1.");
        table.RefuseInfinities();

        Table amputed = table.Clone();
        switch (mechanism)
        {
            case MissingnessMechanism.McarIndependent:
                for (int column = 0; column < table.Columns.Count; column++)
                    HideIndependently(amputed, column, rate, seed, Stream.Cells);
                break;
            case MissingnessMechanism.McarRow:
                HideInRows(amputed, rate, seed);
                break;
            case MissingnessMechanism.McarColumn:
                HideInColumns(amputed, rate, seed);
                break;
            case MissingnessMechanism.Mar:
                HideByLogisticModel(table, amputed, rate, seed, hideInputs: false);
                break;
            case MissingnessMechanism.Mnar:
                HideByLogisticModel(table, amputed, rate, seed, hideInputs: true);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mechanism), mechanism, "No such mechanism.");
        }
        return amputed;
    }

    private static void HideIndependently(Table table, int column, double rate, ulong seed, Stream stream)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            if (Uniform(seed, stream, table, row, column) < rate)
                table[row, column] = double.NaN;
        }
    }

    private static void HideInRows(Table table, double rate, ulong seed)
    {
        List<int> observed = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            observed.Clear();
            for (int column = 0; column < table.Columns.Count; column++)
            {
                if (!double.IsNaN(table[row, column]))
                    observed.Add(column);
            }
            foreach (int column in Choose(observed, rate, new Philox(seed, (ulong)Stream.Cells).Fork((ulong)row)))
                table[row, column] = double.NaN;
        }
    }

    private static void HideInColumns(Table table, double rate, ulong seed)
    {
        List<int> observed = [];
        for (int column = 0; column < table.Columns.Count; column++)
        {
            observed.Clear();
            for (int row = 0; row < table.RowCount; row++)
            {
                if (!double.IsNaN(table[row, column]))
                    observed.Add(row);
            }
            foreach (int row in Choose(observed, rate, new Philox(seed, (ulong)Stream.Cells).Fork((ulong)column)))
                table[row, column] = double.NaN;
        }
    }

    /// <summary>Exactly floor(count * rate) of the candidates.</summary>
    private static ReadOnlySpan<int> Choose(List<int> candidates, double rate, Philox random)
    {
        Span<int> shuffled = CollectionsMarshal.AsSpan(candidates);
        random.Shuffle(shuffled);
        // The product of an exact count and a decimal rate may fall just short of the whole number it stands for.
        return shuffled[..(int)Math.Floor(candidates.Count * rate + 1e-9)];
    }

    private static void HideByLogisticModel(Table table, Table amputed, double rate, ulong seed, bool hideInputs)
    {
        int width = table.Columns.Count;
        if (width < 2)
            throw new ArgumentException("Missingness that depends on other columns needs a table of at least two columns; this one has one.", nameof(table));

        int driving = Math.Clamp((int)Math.Round(DrivingShare * width), 1, width - 1);
        int[] order = new int[width];
        new Philox(seed, (ulong)Stream.DrivingColumns).Permutation(order);
        int[] inputs = [.. order.Take(driving)];
        foreach (int column in order.Skip(driving))
        {
            double[] logits = Logits(table, inputs, column, seed);
            double bias = BiasFor(logits, table, column, rate);
            for (int row = 0; row < table.RowCount; row++)
            {
                if (Uniform(seed, Stream.Cells, table, row, column) < Sigmoid(logits[row] + bias))
                    amputed[row, column] = double.NaN;
            }
        }
        if (hideInputs)
        {
            foreach (int column in inputs)
                HideIndependently(amputed, column, rate, seed, Stream.DrivingCells);
        }
    }

    /// <summary>The logits of one column's model: standardised numbers times a random weight, a random weight for every
    /// category, 0 for a missing input; scaled to a standard deviation of one.</summary>
    private static double[] Logits(Table table, int[] inputs, int target, ulong seed)
    {
        double[] logits = new double[table.RowCount];
        foreach (int input in inputs)
        {
            TableColumn column = table.Columns[input];
            double[] term = new double[table.RowCount];
            for (int row = 0; row < term.Length; row++)
            {
                double value = table[row, input];
                int category = column.Kind == ColumnKind.Categorical && column.Holds(value) ? (int)value : 0;
                double weight = Weight(seed, target, input, category);
                term[row] = !column.Holds(value) ? double.NaN : column.Kind == ColumnKind.Numeric ? value * weight : weight;
            }
            // A number keeps the sign and size of its weight: standardising divides by |weight| * deviation.
            double size = column.Kind == ColumnKind.Numeric
                ? Math.Abs(Weight(seed, target, input, 0))
                : double.NaN;
            AddStandardised(term, size, logits);
        }
        double[] sum = new double[logits.Length];
        AddStandardised(logits, 1, sum);
        return sum;
    }

    private static double Weight(ulong seed, int target, int input, int category) =>
        new Philox(seed, (ulong)Stream.Weights).Fork((ulong)target).Fork((ulong)input).Normal((ulong)category);

    /// <summary>Adds the terms around their mean, scaled to the deviation <paramref name="size"/> (NaN: as they are);
    /// missing ones add nothing.</summary>
    private static void AddStandardised(double[] terms, double size, double[] sum)
    {
        double total = 0, squares = 0;
        int count = 0;
        foreach (double term in terms)
        {
            if (double.IsNaN(term))
                continue;
            count++;
            double difference = term - total;
            total += difference / count;
            squares += difference * (term - total);
        }
        double deviation = count == 0 ? 0 : Math.Sqrt(squares / count);
        double scale = double.IsNaN(size) ? 1 : deviation > 0 ? size / deviation : 0;
        for (int i = 0; i < terms.Length; i++)
        {
            if (!double.IsNaN(terms[i]))
                sum[i] += (terms[i] - total) * scale;
        }
    }

    /// <summary>The bias with which the observed cells of a column are hidden at the given rate on average, by bisection.</summary>
    private static double BiasFor(double[] logits, Table table, int column, double rate)
    {
        double low = -60, high = 60;
        for (int i = 0; i < 100; i++)
        {
            double bias = (low + high) / 2;
            double sum = 0;
            int count = 0;
            for (int row = 0; row < logits.Length; row++)
            {
                if (double.IsNaN(table[row, column]))
                    continue;
                sum += Sigmoid(logits[row] + bias);
                count++;
            }
            if (sum > rate * count)
                high = bias;
            else
                low = bias;
        }
        return (low + high) / 2;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Uniform(ulong seed, Stream stream, Table table, int row, int column) =>
        new Philox(seed, (ulong)stream).Uniform((ulong)row * (ulong)table.Columns.Count + (ulong)column);
}
