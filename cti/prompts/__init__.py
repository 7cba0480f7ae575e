"""Prompts as files: the catalogue of texts, synthesis, preparation of audio, and their check.

Heavy packages (numpy, onnxruntime ...) are imported inside functions of ``synthesis`` modules only,
so that reading the catalogue needs nothing but YAML.
"""
