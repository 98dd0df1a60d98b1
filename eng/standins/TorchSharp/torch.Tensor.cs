namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor : IDisposable
    {
        internal Tensor() => throw NoBackend();

        public bool IsInvalid => throw NoBackend();
        public long NumberOfElements => throw NoBackend();
        public DeviceType device_type => throw NoBackend();
        public long[] shape => throw NoBackend();

        public Span<byte> bytes
        {
            get => throw NoBackend();
            set => throw NoBackend();
        }

        public bool requires_grad
        {
            get => throw NoBackend();
            set => throw NoBackend();
        }

        public void Dispose() => throw NoBackend();
        public Tensor DetachFromDisposeScope() => throw NoBackend();
        public Tensor requires_grad_(bool requires_grad = true) => throw NoBackend();
        public Tensor detach() => throw NoBackend();

        public Tensor cpu() => throw NoBackend();
        public Tensor pin_memory() => throw NoBackend();
        public Tensor contiguous() => throw NoBackend();
        public Tensor clone() => throw NoBackend();
        public Tensor copy_(Tensor source, bool nonBlocking = false) => throw NoBackend();
        public Tensor zeros_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => throw NoBackend();

        public Tensor view(params long[] shape) => throw NoBackend();
        public Tensor reshape(params long[] shape) => throw NoBackend();
        public Tensor narrow(long dim, long start, long length) => throw NoBackend();
        public Tensor select(long dim, long index) => throw NoBackend();
        public Tensor index_select(long dim, Tensor index) => throw NoBackend();
        public Tensor transpose(long dim0, long dim1) => throw NoBackend();
        public Tensor permute(params long[] permutation) => throw NoBackend();

        public Tensor add(Tensor target) => throw NoBackend();
        public Tensor add(Scalar scalar) => throw NoBackend();
        public Tensor add_(Tensor target, Scalar alpha) => throw NoBackend();
        public Tensor add_(Scalar scalar) => throw NoBackend();
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => throw NoBackend();
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => throw NoBackend();
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => throw NoBackend();
        public Tensor clamp_max(Scalar max) => throw NoBackend();
        public Tensor clamp_min(Scalar min) => throw NoBackend();
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => throw NoBackend();
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => throw NoBackend();
        public Tensor matmul(Tensor target) => throw NoBackend();
        public Tensor mm(Tensor target) => throw NoBackend();
        public Tensor mul(Tensor target) => throw NoBackend();
        public Tensor mul(Scalar target) => throw NoBackend();
        public Tensor mul_(Tensor target) => throw NoBackend();
        public Tensor mul_(Scalar target) => throw NoBackend();
        public Tensor neg() => throw NoBackend();
        public Tensor norm(float p = 2.0f) => throw NoBackend();
        public Tensor reciprocal() => throw NoBackend();
        public Tensor relu() => throw NoBackend();
        public Tensor sigmoid() => throw NoBackend();
        public Tensor silu() => throw NoBackend();
        public Tensor softmax(long dim, ScalarType? dtype = null) => throw NoBackend();
        public Tensor sqrt() => throw NoBackend();
        public Tensor sub(Tensor target) => throw NoBackend();
        public Tensor sum(ScalarType? type = null) => throw NoBackend();
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => throw NoBackend();
        public Tensor tanh() => throw NoBackend();
    }
}
