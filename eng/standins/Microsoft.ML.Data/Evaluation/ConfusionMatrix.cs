using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

// How often each true class was predicted as each class.
public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    // counts[actual][predicted]
    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        Counts = counts;
        _names = names;
        PerClassPrecision = Enumerable.Range(0, counts.Length).Select(k => Share(counts[k][k], counts.Sum(row => row[k]))).ToArray();
        PerClassRecall = Enumerable.Range(0, counts.Length).Select(k => Share(counts[k][k], counts[k].Sum())).ToArray();
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    // A row a true class, a column a predicted class.
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => Counts.Count;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex) =>
        Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];

    public string GetFormattedConfusionTable()
    {
        int width = Math.Max(6, Math.Max(_names.Max(name => name.Length),
            Counts.Max(row => row.Max()).ToString("F0", CultureInfo.InvariantCulture).Length));
        int head = Math.Max(9, _names.Max(name => name.Length));
        var table = new StringBuilder();
        table.AppendLine().AppendLine("Confusion table");
        table.Append(' ', head + 1).Append("||").Append('=', NumberOfClasses * (width + 2) + 8).AppendLine();
        table.Append("PREDICTED".PadRight(head + 1)).Append("||");
        foreach (string name in _names)
            table.Append(name.PadLeft(width)).Append(" |");
        table.AppendLine(" Recall");
        table.Append("TRUTH".PadRight(head + 1)).Append("||").Append('=', NumberOfClasses * (width + 2) + 8).AppendLine();
        for (int k = 0; k < NumberOfClasses; k++)
        {
            table.Append(_names[k].PadLeft(head)).Append(" ||");
            foreach (double count in Counts[k])
                table.Append(count.ToString("F0", CultureInfo.InvariantCulture).PadLeft(width)).Append(" |");
            table.Append(' ').AppendLine(PerClassRecall[k].ToString("F4", CultureInfo.InvariantCulture));
        }
        table.Append(' ', head + 1).Append("||").Append('=', NumberOfClasses * (width + 2) + 8).AppendLine();
        table.Append("Precision".PadRight(head + 1)).Append("||");
        foreach (double precision in PerClassPrecision)
            table.Append(precision.ToString("F4", CultureInfo.InvariantCulture).PadLeft(width)).Append(" |");
        return table.AppendLine().ToString();
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}
