using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Whether synthetic rows lie nearer to the rows trained on than to others like them.</summary>
/// <param name="NearerToTraining">Share of synthetic rows nearer to a training row than to any of as many held-out rows; half of those
/// equally near. 0.5 where nothing was memorised.</param>
/// <param name="Copies">Share of synthetic rows that are a training row.</param>
internal sealed record Privacy(double NearerToTraining, double Copies)
{
    private const int MostRows = 3000;

    /// <summary>Squared distances over min-max scaled numbers, 1 for a category that differs.</summary>
    public static Privacy Of(Table training, Table heldOut, Table synthetic)
    {
        int rows = Math.Min(training.RowCount, heldOut.RowCount), tried = Math.Min(MostRows, synthetic.RowCount), width = training.Columns.Count;
        double[] scale = new double[width];
        for (int column = 0; column < width; column++)
        {
            double[] values = [.. Enumerable.Range(0, training.RowCount).Select(row => training[row, column]).Where(double.IsFinite)];
            double range = values.Length == 0 ? 0 : values.Max() - values.Min();
            scale[column] = training.Columns[column].Kind == ColumnKind.Categorical ? 0 : range > 0 ? 1 / range : 1;
        }
        double nearer = 0, copies = 0;
        Lock gate = new();
        Parallel.For(0, tried, i =>
        {
            double toTraining = Nearest(synthetic.Row(i), training, rows, scale), toHeldOut = Nearest(synthetic.Row(i), heldOut, rows, scale);
            lock (gate)
            {
                nearer += toTraining < toHeldOut ? 1 : toTraining == toHeldOut ? 0.5 : 0;
                copies += toTraining == 0 ? 1 : 0;
            }
        });
        return new Privacy(nearer / tried, copies / tried);
    }

    private static double Nearest(ReadOnlySpan<double> row, Table table, int rows, double[] scale)
    {
        double nearest = double.PositiveInfinity;
        for (int other = 0; other < rows; other++)
        {
            ReadOnlySpan<double> cells = table.Row(other);
            double distance = 0;
            for (int i = 0; i < cells.Length && distance < nearest; i++)
            {
                double difference = (row[i] - cells[i]) * scale[i];
                bool isSame = row[i] == cells[i] || double.IsNaN(row[i]) && double.IsNaN(cells[i]);
                distance += isSame ? 0 : scale[i] == 0 || double.IsNaN(difference) ? 1 : difference * difference;
            }
            nearest = Math.Min(nearest, distance);
        }
        return nearest;
    }
}
