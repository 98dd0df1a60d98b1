using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The native yardstick. On Debian: apt-get install -y --no-install-recommends libopenblas0-openmp.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int NotTransposed = 111;

    /// <summary>c = a b, all row-major.</summary>
    public static void Multiply(int rows, int columns, int inner, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        fixed (float* pa = a, pb = b, pc = c)
            Sgemm(RowMajor, NotTransposed, NotTransposed, rows, columns, inner, 1, pa, inner, pb, columns, 0, pc, columns);
    }

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);
}
