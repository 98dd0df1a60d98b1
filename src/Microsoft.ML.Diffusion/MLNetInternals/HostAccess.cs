using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>What a component needs to know of the environment that it runs in.</summary>
internal static class HostAccess
{
    /// <summary>The environment behind <c>ml.Transforms</c>: everything begins here.</summary>
    /// <exception cref="NotSupportedException">The ML.NET in use lacks a member that is needed.</exception>
    public static IHostEnvironment EnvironmentOf(TransformsCatalog catalog)
    {
        MLNetMembers.Require();
        return InternalEnvironmentOf(catalog);
    }

    /// <summary>The environment behind <c>ml.Data</c>.</summary>
    /// <exception cref="NotSupportedException">The ML.NET in use lacks a member that is needed.</exception>
    public static IHostEnvironment EnvironmentOf(DataOperationsCatalog catalog)
    {
        MLNetMembers.Require();
        return InternalEnvironmentOf(catalog);
    }

    /// <summary>The seed that the MLContext was made with; null where it has none.</summary>
    public static int? SeedOf(IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).Seed;

    /// <summary>The GPU that the MLContext asks for, 0-based; null where it asks for none.</summary>
    public static int? GpuDeviceIdOf(IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).GpuDeviceId;

    /// <summary>Whether the MLContext lets the processor compute where that GPU is not there.</summary>
    public static bool MayFallBackToCpu(IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).FallbackToCpu;

    /// <summary>Whether the MLContext was told to stop what it does.</summary>
    public static bool IsCanceled(IHostEnvironment environment) => ((ICancelable)environment).IsCanceled;

    // Not inlined: a method that names a type which is not there fails before its first line.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IHostEnvironment InternalEnvironmentOf(object catalog) => ((IInternalCatalog)catalog).Environment;
}
