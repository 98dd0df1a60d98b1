namespace TorchSharp;

// Named as in Python, as the original is. Whatever is called first finds no native backend.
public static partial class torch
{
    private static readonly string s_backend = FindBackend();

    public static readonly Device CPU = new("cpu");

    public static Tensor empty(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        throw NoBackend();

    public static Tensor zeros(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        throw NoBackend();

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => throw NoBackend();

    public static void set_num_threads(int num) => throw NoBackend();

    internal static Exception NoBackend() => new NotSupportedException(s_backend);

    private static string FindBackend()
    {
        const string Message = "This is a stand-in for TorchSharp, which has no native backend: nothing can be computed with it.";
        // The original says so here too.
        Console.WriteLine(Message);
        throw new NotSupportedException(Message);
    }

    public enum ScalarType : sbyte
    {
        Int64 = 4,
        Float32 = 6,
    }

    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    public class Device
    {
        public Device(string description) => throw NoBackend();

        public DeviceType type => throw NoBackend();
    }

    public static class cuda
    {
        public static bool is_available() => throw NoBackend();

        public static int device_count() => throw NoBackend();
    }

    public static partial class autograd
    {
        public static IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor> grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false) =>
            throw NoBackend();
    }

    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor weight = null, Tensor bias = null, double eps = 1e-5) =>
                throw NoBackend();

            public static Tensor group_norm(Tensor input, long num_groups, Tensor weight = null, Tensor bias = null, double eps = 1e-5) =>
                throw NoBackend();

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                throw NoBackend();
        }
    }
}
