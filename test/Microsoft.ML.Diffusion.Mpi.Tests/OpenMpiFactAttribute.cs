using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Mpi.Tests;

/// <summary>A fact that needs Open MPI; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenMpiFactAttribute : FactAttribute
{
    public OpenMpiFactAttribute() => Skip = MpiLibrary.Names.Any(IsOpenMpi) ? null : "Open MPI is not installed";

    private static bool IsOpenMpi(string name) =>
        NativeLibrary.TryLoad(name, out nint handle) && NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _);
}
