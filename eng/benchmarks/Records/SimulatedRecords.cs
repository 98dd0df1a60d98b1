using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Records of codes, 1 where a patient has one: prevalence falls as a power of the code's rank, and a few hidden conditions make
/// some codes come together.</summary>
internal static class SimulatedRecords
{
    private const int Conditions = 8;

    /// <param name="rows">Patients.</param>
    /// <param name="columns">Codes.</param>
    /// <param name="seed">Seed.</param>
    public static CompactTable Make(int rows, int columns, ulong seed)
    {
        var table = new CompactTable.Builder(columns);
        double[] record = new double[columns];
        // Each code belongs to one condition, to which its log-odds are tied; the codes are the same for every seed.
        float[] ties = new float[columns], hidden = new float[Conditions], uniforms = new float[columns];
        new Philox(17).FillUniform(ties);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new Philox(seed).Fork((ulong)row);
            own.Fork(0).FillNormal(hidden);
            own.Fork(1).FillUniform(uniforms);
            for (int i = 0; i < columns; i++)
            {
                double prevalence = 0.4 / Math.Pow(1 + i * 200.0 / columns, 0.8), tie = 1 + ties[i];
                // The logistic of a normal of deviation d around l has about the mean of the logistic at l / sqrt(1 + d^2 / 2.9).
                double odds = Math.Log(prevalence / (1 - prevalence)) * Math.Sqrt(1 + tie * tie / 2.9) + tie * hidden[i % Conditions];
                record[i] = uniforms[i] < 1 / (1 + Math.Exp(-odds)) ? 1 : 0;
            }
            table.Write(row, record);
        }
        return table.Build([.. Enumerable.Range(0, columns).Select(i => TableColumn.Numeric($"code{i}"))]);
    }
}
