using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

/// <summary>Time that this thread has computed, so that a limit means the same on a busy machine; elapsed time where the system tells no
/// such thing.</summary>
internal static class ThreadClock
{
    private const int ThreadTime = 3;

    public static double SecondsOf(Action action)
    {
        double before = Now();
        action();
        return Now() - before;
    }

    private static double Now() => OperatingSystem.IsLinux() && GetTime(ThreadTime, out Time time) == 0
        ? time.Seconds + (1e-9 * time.Nanoseconds)
        : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
